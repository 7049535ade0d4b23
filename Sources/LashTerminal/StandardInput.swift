/// Standard input, which can be read only once.
package struct StandardInput {
    private var user: String?

    package init() {}

    /// All of standard input, for `user`, which is what a second user is told.
    package mutating func read(for user: String) throws(CommandFailure) -> [UInt8] {
        try reserve(for: user)
        do { return try Files.read("-") } catch {
            throw CommandFailure(.noInput, "cannot read standard input: \(error.message)")
        }
    }

    /// Keeps standard input for `user`, who reads it in some other way.
    package mutating func reserve(for user: String) throws(CommandFailure) {
        if let first = self.user {
            throw .usage("standard input can be read only once: \(first) takes it, and so does \(user)")
        }
        self.user = user
    }
}

/// Files that the command line names.
package enum Inputs {
    package static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        do { return try Files.read(path) } catch {
            throw CommandFailure(.noInput, "cannot read \(path): \(error.message)")
        }
    }

    /// The bytes as text, without the byte order mark that some programs put in front.
    package static func text(_ bytes: [UInt8], of place: String) throws(CommandFailure) -> String {
        guard let text = String(validating: withoutMark(bytes), as: UTF8.self) else {
            throw .data("\(place) is not valid UTF-8")
        }
        return text
    }

    package static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    }
}
