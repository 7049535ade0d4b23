internal import LashSyntax

/// The arguments of a process that is started by something else than a checked program.
package enum ProcessArguments {
    /// What is wrong with the names of arguments, in the words of the check of `start`; `nil` where nothing is.
    package static func problem(_ names: [String], of process: String, parameters: [String]) -> String? {
        let (given, wanted) = (Set(names.map(ExactText.init)), Set(parameters.map(ExactText.init)))
        if let name = names.first(where: { !wanted.contains(ExactText($0)) }) {
            return LinkError.unexpectedArgument(process: process, argument: name).message
        }
        if let name = parameters.first(where: { !given.contains(ExactText($0)) }) {
            return LinkError.missingArgument(process: process, argument: name).message
        }
        return nil
    }

    /// That there is no such process.
    package static func unknown(_ process: String) -> String { LinkError.unknownProcess(process).message }
}
