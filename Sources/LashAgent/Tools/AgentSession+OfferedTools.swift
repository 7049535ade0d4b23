internal import Lashlang
internal import Logging

extension AgentSession {
    /// The tools of core and plugins, and those that plugins offer now.
    var allTools: ToolCatalog {
        var all = tools
        for member in offered.catalog.members {
            // What cannot stand beside the others was left out when it was offered; tools may have been added since.
            do { try all.add(member) } catch { continue }
        }
        return all
    }

    /// Asks plugins for the tools that come and go.
    func takeOffers(_ state: TurnState) async throws(HookFailure) {
        if plugins.hooks.offeredTools.isEmpty && core.replayedOffers == nil { return }
        let before = offered
        var now = OfferedTools()
        var all = tools
        for offer in try await offers(state) {
            now.notes += offer.notes
            for provider in offer.providers {
                for manifest in provider.manifests {
                    do throws(ToolCatalogError) {
                        try all.add(manifest, of: provider)
                        try now.catalog.add(manifest, of: provider)
                    } catch { core.logger.warning("a tool that is offered is left out: \(error.message)") }
                }
            }
        }
        offered = now
        let isNews = state.progress.modelCalls == 0 && !(now.catalog.members.isEmpty && now.notes.isEmpty)
        if isNews || now.notes != before.notes || now.description != before.description {
            await state.emitter.emit(.plugin(id: "rlm_protocol", RecordedOffer.event(of: now)), state.machine.id)
        }
    }

    private func offers(_ state: TurnState) async throws(HookFailure) -> [ToolOffer] {
        if let replayed = core.replayedOffers { return [replayed()] }
        var offers: [ToolOffer] = []
        for hook in plugins.hooks.offeredTools {
            do {
                let offer = try await hook.body(context(of: state))
                for event in offer.events {
                    await state.emitter.emit(.plugin(id: hook.plugin, event), state.machine.id)
                }
                offers.append(offer)
            } catch { throw HookFailure("plugin_tools", hook.plugin, error) }
        }
        return offers
    }
}
