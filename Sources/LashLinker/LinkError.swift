internal import LashSyntax

/// The errors of this stage.
enum LinkError {
    case featureDisabled(String)
    case duplicateDeclaration(String)
    case duplicateParameter(String)
    case duplicateSignal(String)
    case unknownType(String)
    case unknownName(String)
    case unknownBuiltin(String)
    case unknownProcess(String)
    case missingArgument(process: String, argument: String)
    case unexpectedArgument(process: String, argument: String)
    case duplicateArgument(String)
    case returnType(process: String, expected: String, got: String)
    case waitOutsideProcess
    case notAuthority(operation: String)
    case readOnly(String)
    case unknownOperation(type: String, operation: String)
    case qualify(module: String, operation: String, paths: [String])
    case bareOperation(String)
    case operationInput(String, expected: String, got: String)
    case constructorInput(String, expected: String, got: String)
    case opaqueAccess(String, type: String)
    case authority(process: String, argument: String, expected: String, got: String)
    case functionArity(String, expected: Int, got: Int)
    case functionArgument(String, parameter: String, expected: String, got: String)
    case triggerEventPlace
    case triggerProjection
    case registrationForm
    case unknownSource(String)
    case targetType(String)
    case inputsForm
    case duplicateInput(String)
    case unknownInput(target: String, input: String)
    case eventType(String, input: String, expected: String)
    case missingInput(target: String, input: String)
    case nothingMapped
    case listingForm
    case cancellationForm
    case membership(needle: String, haystack: String)
    case builtinArgument(Builtin, expected: String, got: String)
    case functionNameTaken(String, by: String)
    case functionAsValue(String)
    case impure(String, function: String)
    case duplicateFunctionParameter(String)
    case declaredArity(String, expected: Int, got: Int)
    case declaredArgument(String, parameter: String, expected: String, got: String)
    case literal(String, expected: String)
    case functionResult(String, expected: String, got: String)
    case endsWithoutValue(String)
    case unusableFunction(String, String)

    /// The stable code.
    var code: String {
        switch self {
        case .featureDisabled: "E0201"
        case .duplicateDeclaration: "E0202"
        case .duplicateParameter: "E0203"
        case .duplicateSignal: "E0204"
        case .unknownType: "E0205"
        case .unknownName: "E0206"
        case .unknownBuiltin: "E0207"
        case .unknownProcess: "E0208"
        case .missingArgument: "E0209"
        case .unexpectedArgument: "E0210"
        case .duplicateArgument: "E0211"
        case .returnType: "E0212"
        case .waitOutsideProcess: "E0213"
        case .notAuthority: "E0214"
        case .readOnly: "E0215"
        case .unknownOperation: "E0216"
        case .qualify: "E0217"
        case .bareOperation: "E0218"
        case .operationInput: "E0219"
        case .constructorInput: "E0220"
        case .opaqueAccess: "E0221"
        case .authority: "E0222"
        case .functionArity: "E0223"
        case .functionArgument: "E0224"
        case .triggerEventPlace: "E0225"
        case .triggerProjection: "E0226"
        case .registrationForm: "E0227"
        case .unknownSource: "E0228"
        case .targetType: "E0229"
        case .inputsForm: "E0230"
        case .duplicateInput: "E0231"
        case .unknownInput: "E0232"
        case .eventType: "E0233"
        case .missingInput: "E0234"
        case .nothingMapped: "E0235"
        case .listingForm: "E0236"
        case .cancellationForm: "E0237"
        case .membership: "E0238"
        case .builtinArgument: "E0239"
        case .functionNameTaken: "E0240"
        case .functionAsValue: "E0241"
        case .impure: "E0242"
        case .duplicateFunctionParameter: "E0243"
        case .declaredArity: "E0244"
        case .declaredArgument: "E0245"
        case .literal: "E0246"
        case .functionResult: "E0247"
        case .endsWithoutValue: "E0248"
        case .unusableFunction: "E0249"
        }
    }

    /// The message.
    var message: String {
        switch self {
        case .featureDisabled(let feature): "lashlang feature `\(feature)` is disabled by this host"
        case .duplicateDeclaration(let name): "duplicate declaration `\(name)`"
        case .duplicateParameter(let name): "duplicate process parameter `\(name)`"
        case .duplicateSignal(let name): "duplicate process signal `\(name)`"
        case .unknownType(let name): "unknown type `\(name)`"
        case .unknownName(let name): "unknown name `\(name)`"
        case .unknownBuiltin(let name): "unknown builtin `\(name)`"
        case .unknownProcess(let name): "unknown process `\(name)`"
        case .missingArgument(let process, let argument): "process `\(process)` is missing argument `\(argument)`"
        case .unexpectedArgument(let process, let argument):
            "process `\(process)` does not accept argument `\(argument)`"
        case .duplicateArgument(let name): "duplicate process argument `\(name)`"
        case .returnType(let process, let expected, let got):
            "process `\(process)` return type is incompatible: expected \(expected), got \(got)"
        case .waitOutsideProcess: "`wait_signal` can only be used inside a process body"
        case .notAuthority(let operation): "receiver for operation `\(operation)` is not a module authority"
        case .readOnly(let name): "`\(name)` is a read-only projected binding"
        case .unknownOperation(let type, let operation):
            "resource type `\(type)` does not expose operation `\(operation)`"
        case .qualify(let module, let operation, let paths):
            """
            module `\(module)` does not expose operation `\(operation)`; available identity-qualified paths: \
            \(paths.joined(separator: ", "))
            """
        case .bareOperation(let path): "tools must be called through module paths, e.g. `\(path)`"
        case .operationInput(let name, let expected, let got): "operation `\(name)` expects \(expected), got \(got)"
        case .constructorInput(let path, let expected, let got):
            "constructor `\(path)` expects \(expected), got \(got)"
        case .opaqueAccess(let access, let type): "cannot access `\(access)` on opaque host descriptor `\(type)`"
        case .authority(let process, let argument, let expected, let got):
            """
            process `\(process)` argument `\(argument)` has incompatible authority type: expected \(expected), \
            got \(got)
            """
        case .functionArity(let name, let expected, let got): "`\(name)` takes \(expected) arg(s), got \(got)"
        case .functionArgument(let name, let parameter, let expected, let got):
            "function `\(name)` argument `\(parameter)` expects \(expected), got \(got)"
        case .triggerEventPlace:
            "`trigger.event` is only valid as a direct value inside `triggers.register` inputs"
        case .triggerProjection:
            """
            `trigger.event` represents the whole event; projections such as `trigger.event.field` are not supported
            """
        case .registrationForm: "trigger registration requires { source, target, inputs, name? }"
        case .unknownSource(let type): "trigger source type `\(type)` is not registered as a TriggerSource"
        case .targetType(let type): "trigger target must be a process value, got \(type)"
        case .inputsForm: "trigger registration `inputs` must be a literal record"
        case .duplicateInput(let name): "trigger registration input `\(name)` is duplicated"
        case .unknownInput(let target, let input): "trigger target `\(target)` has no input `\(input)`"
        case .eventType(let event, let input, let expected):
            "trigger source emits \(event), but target input `\(input)` expects \(expected)"
        case .missingInput(let target, let input): "trigger target `\(target)` input `\(input)` is not mapped"
        case .nothingMapped:
            "trigger registration `inputs` must map at least one param to `trigger.event`"
        case .listingForm: "trigger listing requires { target }"
        case .cancellationForm: "trigger cancellation requires { handle }"
        case .membership(let needle, let haystack): "operator `in` does not accept \(needle) and \(haystack)"
        case .builtinArgument(let builtin, let expected, let got):
            "builtin `\(builtin.name)` expects \(expected), got \(got)"
        case .functionNameTaken(let name, let owner): "function `\(name)` cannot reuse the name of \(owner)"
        case .functionAsValue(let name): "`\(name)` names a function; call it as `\(name)(...)` — it is not a value"
        case .impure(let construct, let name):
            """
            `\(construct)` can't be used inside function `\(name)`; functions are pure, so keep effects at the top level \
            (or in a `process`) and pass their results in as arguments
            """
        case .duplicateFunctionParameter(let name): "duplicate function parameter `\(name)`"
        case .declaredArity(let name, let expected, let got):
            "function `\(name)` expects \(expected) argument(s), got \(got)"
        case .declaredArgument(let name, let parameter, let expected, let got):
            "function `\(name)` parameter `\(parameter)` expects \(expected), got \(got)"
        case .literal(let text, let expected): "expected \(expected), got incompatible literal \"\(text)\""
        case .functionResult(let name, let expected, let got):
            "function `\(name)` return type is incompatible: expected \(expected), got \(got)"
        case .endsWithoutValue(let name): "the body of function `\(name)` can end without a value"
        case .unusableFunction(let name, let problem):
            "function `\(name)` of an earlier block cannot be used here: \(problem)"
        }
    }

    /// What to do about it, where that does not depend on the rest of the program.
    var hint: String? {
        switch self {
        case .readOnly: "copy the projected value into a new variable before changing it"
        case .functionAsValue: "functions are no values; only `sort_by`, `min` and `max` take the name of one"
        case .waitOutsideProcess: "move the wait into a `process` and `start` it"
        case .triggerProjection: "pass the whole event, and read its fields inside the process"
        case .nothingMapped: "give the event to the process: `name: trigger.event`"
        default: nil
        }
    }

    func diagnostic(_ span: Span, hint: String? = nil, fixes: [Fix] = []) -> Diagnostic {
        Diagnostic(
            code: code,
            stage: .link,
            message: message,
            span: span,
            hint: hint ?? self.hint,
            fixes: fixes
        )
    }
}

/// The warnings of this stage.
enum LinkWarning {
    case arity(String)
    case continuesLine(Character)
    case letIgnored
    case noEffect
    case resultDropped(String)
    case unreachable(after: String)
    case negatedNeedle
    case builtinArgument(Builtin, expected: String, got: String)

    /// The stable code.
    var code: String {
        switch self {
        case .arity: "W0201"
        case .continuesLine: "W0202"
        case .letIgnored: "W0203"
        case .noEffect: "W0204"
        case .resultDropped: "W0205"
        case .unreachable: "W0206"
        case .negatedNeedle: "W0207"
        case .builtinArgument: "W0208"
        }
    }

    /// The message.
    var message: String {
        switch self {
        case .arity(let text): text
        case .continuesLine(let first): "a line that starts with `\(first)` continues the line before it"
        case .letIgnored: "`let` has no effect"
        case .noEffect: "this statement has no effect"
        case .resultDropped(let name): "the result of `\(name)` is not used"
        case .unreachable(let word): "code after `\(word)` never runs"
        case .negatedNeedle: "`not a in b` means `(not a) in b`"
        case .builtinArgument(let builtin, let expected, let got):
            "builtin `\(builtin.name)` expects \(expected), got \(got)"
        }
    }

    /// What to do about it.
    var hint: String? {
        switch self {
        case .arity: nil
        case .continuesLine:
            "line breaks mean nothing; to begin a new statement, name it, as in `x = …`, or move the two together"
        case .letIgnored: "an assignment makes the variable, or changes it where there is one: write `x = …`"
        case .noEffect: "assign the value, print it, or `finish` with it"
        case .resultDropped(let name): "`\(name)` changes nothing in place; assign what it returns"
        case .unreachable: nil
        case .negatedNeedle: "write `a not in b`"
        case .builtinArgument: "it works only while the list is empty"
        }
    }

    func diagnostic(_ span: Span, fixes: [Fix] = []) -> Diagnostic {
        Diagnostic(code: code, stage: .link, message: message, span: span, hint: hint, fixes: fixes)
    }
}
