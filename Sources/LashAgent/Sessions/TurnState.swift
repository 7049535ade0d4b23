internal import Lashlang

/// A turn that is under way in its session.
struct TurnState {
    var machine: TurnMachine
    /// What has become of it so far.
    var progress: TurnProgress
    let emitter: EventEmitter
    let model: any LanguageModel
    var bindings: ProjectedBindings
    /// The bindings of the turn alone, as they are kept with it.
    var ownBindings: [Seed.Projection] = []
    /// The rows in which the prompt lists the bindings.
    var bindingRows: [String] = []
    let inputs: Record
    let prompt: PromptLayer
    var lease: SessionLease?
    /// Prolongs the lease while the turn is under way.
    var heartbeat: Task<Void, Never>?
    /// How many records of the machine's log are in the session.
    var synced = 0
    /// What hooks of tools want to say at the next checkpoint.
    var messages: [PluginMessage] = []
    /// What programs can call in this iteration.
    var catalog = ToolCatalog()
    var messageCount = 0
    /// What the turn and its children may use of models.
    var budget = TurnBudget(TurnBudget.Limits())
    /// Whether a request was too long for the model: requests are as short as can be from then on.
    var isTight = false
    /// What processes of the blocks so far call tools by.
    var processTools: [ProcessTools] = []
    /// The block that stands still.
    var suspended: SuspendedBlock?
    /// What was decided on the calls of the suspended block.
    var decisions: [String: ApprovalDecision] = [:]

    /// The id that the host knows.
    var rootID: String { progress.turn }

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
