internal import Lashlang

/// A turn that is under way in its session.
struct TurnState {
    var machine: TurnMachine
    /// The id that the host knows; frames after the first have turns of other ids.
    let rootID: String
    let emitter: EventEmitter
    let model: any LanguageModel
    let maximumCalls: Int?
    var bindings: ProjectedBindings
    /// The bindings of the turn alone, as they are kept with it.
    var ownBindings: [Seed.Projection] = []
    /// The rows in which the prompt lists the bindings.
    var bindingRows: [String] = []
    let inputs: Record
    let prompt: PromptLayer
    var lease: SessionLease?
    /// How many records of the machine's log are in the session.
    var synced = 0
    var frameSwitches = 0
    var usage = ModelUsage()
    var children = UsageLedger()
    var calls: [ToolCallRecord] = []
    var ranCode = false
    var modelCalls = 0
    let started: Double
    /// What hooks of tools want to say at the next checkpoint.
    var messages: [PluginMessage] = []
    /// What programs can call in this iteration.
    var catalog = ToolCatalog()
    var messageCount = 0

    /// A message of a plugin.
    mutating func message(_ message: PluginMessage, of plugin: String) -> HistoryMessage {
        messageCount += 1
        return HistoryMessage(
            id: "\(machine.id):p\(messageCount)",
            role: message.role == .user ? .user : .system,
            content: message.content,
            origin: plugin
        )
    }
}
