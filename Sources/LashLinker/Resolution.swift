public import LashSyntax

/// What a node means, where its text alone does not say.
public enum Resolution: Hashable, Sendable {
    /// A declared process, by its position in `LinkedProgram.processes`: of a `.variable`, the process as a value; of a
    /// `.start`, the process to start.
    case process(Int)
    /// Of a `.variable` or of the outermost `.field` of a chain: the authority of a module, by its dotted path and its
    /// authority type. What is inside the chain means nothing by itself.
    case module(path: String, type: String)
    /// Of a `.receiverCall`: the value constructor of a dotted path, and the name of the type of what it makes. The
    /// receiver means nothing by itself, and there is one argument.
    case constructor(path: String, typeName: String)
    /// Of a `.call`: the function of the host with this name.
    case function(String)
    /// Of a `.call`: the function that the program declares, by its position in `LinkedProgram.functions`.
    case declaredFunction(Int)
    /// Of a `.call`: the function of this name that an earlier program of the session declared.
    case sessionFunction(String)
    /// Of a `.call` of `sort_by`, `min` or `max`: its second argument is not a value, but names a declared function or one
    /// of the session that gives the keys.
    indirect case functionKey(Resolution)
    /// Of a `.field` among the inputs of a trigger registration: the event that will start the process.
    case triggerEvent
    /// Of a `.receiverCall`: a call of the trigger registry whose argument record is made of these entries, evaluated in
    /// this order. Other entries of the record are not evaluated.
    case triggerRegistration([TriggerArgument])
    /// As `triggerRegistration`, of `list`.
    case triggerListing([TriggerArgument])
    /// As `triggerRegistration`, of `cancel`.
    case triggerCancellation([TriggerArgument])
}

/// An entry of the argument record of a call of the trigger registry.
public struct TriggerArgument: Hashable, Sendable {
    /// The key.
    public let name: String
    /// The expression of its value.
    public let value: NodeID
}
