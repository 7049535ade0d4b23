internal import Lashlang

/// Finds tools when programs call them: for hosts that have more tools than a prompt has room for.
///
/// What is found can be called by the block; prompts do not list it. Where a model learns of such tools is up to the host:
/// from a tool that searches, or from the prompt.
public protocol ToolResolver: Sendable {
    /// Who has the tool with a call path, such as `crm.find_customer`; `nil` where nobody has. Only that tool is added.
    ///
    /// Called right before a block is linked, for each path that it calls and that nothing stands for. A session that is open
    /// asks once for a path, and remembers also that there is nothing. An error is one of the block, and is not remembered.
    func provider(of callPath: String, session: String) async throws -> (any ToolProvider)?
}

extension AgentSession {
    /// Adds the tools that a block calls and the catalog does not have, where the host finds them.
    func addResolvedTools(for code: String, _ state: inout TurnState) async throws {
        guard let resolver = core.toolResolver else { return }
        var found: [ToolCatalog.Member] = []
        let tools = allTools
        for path in CalledPaths.paths(in: code) where tools.member(at: path) == nil && !isOfHost(path) {
            if resolvedTools[path] == nil {
                let provider = try await resolver.provider(of: path, session: id)
                resolvedTools[path] = .some(try provider.flatMap { try ToolCatalog(of: $0).member(at: path) })
            }
            if let member = resolvedTools[path] ?? nil { found.append(member) }
        }
        if found.isEmpty { return }
        // Whoever may not have a tool may not have it in this way either.
        var hidden = hiddenTools
        let manifests = (tools.members + found).map(\.manifest)
        for hook in plugins.hooks.hiddenTools { hidden.formUnion(try hook.body(manifests, context(of: state))) }
        for member in found
        where !hidden.contains(member.manifest.name) && state.catalog.member(at: member.callPath) == nil {
            try state.catalog.add(member)
            var manifest = member.manifest
            manifest.callPath = member.callPath
            let payload = RecordedTool(manifest, member.provider.contract(of: manifest.name)).value
            await state.emitter.emit(
                .plugin(id: "rlm_protocol", .custom(name: RecordedTool.resolvedEvent, payload: payload)),
                state.machine.id
            )
        }
    }

    private func isOfHost(_ path: String) -> Bool {
        let (module, operation) = ToolCatalog.parts(of: path)
        return core.host.catalog.module(module)?.operation(operation) != nil
    }
}

/// The paths of operations that a program calls, each once, in the order of the text.
enum CalledPaths {
    static func paths(in code: String) -> [String] {
        let tree = SyntaxTree.parse(SourceText(Reply.cleaned(code: code))).tree
        var found: [(start: Int, path: String)] = []
        for node in tree.nodes {
            guard case .receiverCall(let receiver, let operation, _) = tree[node],
                let module = path(of: receiver, in: tree)
            else { continue }
            found.append((tree.span(of: node).start, "\(module).\(tree.text(of: operation))"))
        }
        var seen: Set<String> = []
        return found.sorted { $0.start < $1.start }.map(\.path).filter { seen.insert($0).inserted }
    }

    /// `a.b.c` as a text; `nil` for anything that is no name.
    private static func path(of node: NodeID, in tree: SyntaxTree) -> String? {
        switch tree[node] {
        case .variable(let name): return tree.text(of: name)
        case .field(let target, let name): return path(of: target, in: tree).map { "\($0).\(tree.text(of: name))" }
        default: return nil
        }
    }
}
