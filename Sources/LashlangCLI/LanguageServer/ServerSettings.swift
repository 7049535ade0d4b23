import LashTerminal
import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What `lashlang.json`, beside a program or in a folder above it, says of the host that programs meet:
///
///     {"bind": {"turn": "x"}, "files": {"board": "board.json"}, "lazy": {"docs": "docs"}, "names": ["later"],
///      "tools": "tools.json"}
///
/// Paths begin at the folder of the file. Nothing is run, and lazy files are looked at only for names.
struct ServerSettings {
    static let fileName = "lashlang.json"
    /// The most bytes of a file that is read as a whole: an editor waits for it.
    static let sizeLimit = 256 << 20

    private(set) var environment = HostEnvironment()
    /// The values that are bound.
    private(set) var known = KnownValues(ProjectedBindings())
    /// The names that are bound, in order; of some nothing but the name is known.
    private(set) var names: [String] = []
    /// Why the file, or what it names, cannot be used.
    private(set) var problem: String?
    private var bindings = ProjectedBindings()
    /// The files that it was made from and when they were changed.
    private var stamps: [(path: String, stamp: Stamp?)] = []

    private struct Stamp: Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int
        var isRegular: Bool

        init?(_ path: String) {
            var info = stat()
            guard stat(path, &info) == 0 else { return nil }
            size = Int(info.st_size)
            isRegular = info.st_mode & S_IFMT == S_IFREG
            #if canImport(Darwin)
            (seconds, nanoseconds) = (info.st_mtimespec.tv_sec, info.st_mtimespec.tv_nsec)
            #else
            (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
            #endif
        }
    }

    /// Whether no file has changed since.
    var isCurrent: Bool { stamps.allSatisfy { Stamp($0.path) == $0.stamp } }

    /// The settings for a program. The search for the file ends at the first of the `roots` that it comes to, the folders
    /// that the editor has open; for a program outside of them, at the root of the file system.
    init(forProgram path: String?, roots: [String] = []) {
        guard let path else { return }
        var folder = Self.folder(of: path)
        while !folder.isEmpty {
            let file = folder + Self.fileName
            let stamp = Stamp(file)
            stamps.append((file, stamp))
            if stamp != nil {
                read(file, in: folder)
                break
            }
            if folder == "/" || roots.contains(where: { $0 == folder || $0 + "/" == folder }) { break }
            folder = Self.folder(of: String(folder.dropLast()))
        }
        names += bindings.names.filter { !names.contains($0) }
        environment.readOnlyNames = Set(names)
        known = KnownValues(bindings)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private mutating func read(_ file: String, in folder: String) {
        do throws(CommandFailure) {
            try checkReadable(file)
            let bytes = try Inputs.read(file)
            let value: Value
            do throws(JSONParseError) { value = try Value(json: Array(Inputs.withoutMark(bytes))) } catch {
                throw .data("not JSON: \(error.message)")
            }
            guard case .record(let record) = value else { throw .data("not an object") }
            for (key, value) in record { try take(key, value, in: folder) }
        } catch {
            problem = "\(file): \(error.message)"
        }
    }

    /// Devices and pipes have no end, or none that ever comes.
    private func checkReadable(_ path: String) throws(CommandFailure) {
        // What is not there is told by whoever reads it.
        guard let stamp = Stamp(path) else { return }
        if !stamp.isRegular { throw .data("\(path) is not a regular file") }
        if stamp.size > Self.sizeLimit {
            throw .data("\(path) has \(stamp.size) bytes; more than \(Self.sizeLimit) are for `lazy`")
        }
    }

    private mutating func take(_ key: String, _ value: Value, in folder: String) throws(CommandFailure) {
        switch (key, value) {
        case ("bind", .record(let values)):
            for (name, value) in values { try bind(name, value) }
        case ("files", .record(let files)), ("lazy", .record(let files)):
            for (name, value) in files {
                guard case .string(let path) = value, !path.isEmpty else {
                    throw .data("`\(key)`: `\(name)` needs the name of a file")
                }
                try bind(name, file: note(path, in: folder), isLazy: key == "lazy")
            }
        case ("names", .list(let list)):
            for item in list {
                guard case .string(let name) = item else { throw .data("`names` needs a list of names") }
                // Whether it can be bound is found out by binding something.
                var trial = ProjectedBindings()
                do throws(BindingError) { try trial.bind(name, .null) } catch { throw .data(error.message) }
                if !names.contains(name) { names.append(name) }
            }
        case ("tools", .string(let path)) where !path.isEmpty:
            let whole = note(path, in: folder)
            try checkReadable(whole)
            environment = try ToolsFile.load(whole).environment
        case ("bind", _), ("files", _), ("lazy", _): throw .data("`\(key)` needs an object")
        case ("names", _): throw .data("`names` needs a list of names")
        case ("tools", _): throw .data("`tools` needs the name of a file")
        default: throw .data("unknown setting `\(key)`; there are `bind`, `files`, `lazy`, `names` and `tools`")
        }
    }

    /// The whole path of a file whose changes matter from now on.
    private mutating func note(_ path: String, in folder: String) -> String {
        let whole = path.hasPrefix("/") ? path : folder + path
        stamps.append((whole, Stamp(whole)))
        return whole
    }

    private mutating func bind(_ name: String, _ value: Value) throws(CommandFailure) {
        do throws(BindingError) { try bindings.bind(name, value) } catch { throw .data(error.message) }
    }

    private mutating func bind(_ name: String, file path: String, isLazy: Bool) throws(CommandFailure) {
        if name.contains("=") { throw .data("`\(name)` is no name") }
        if isLazy { return try BindingReader.bindLazy("\(name)=@\(path)", to: &bindings) }
        try checkReadable(path)
        var input = StandardInput()
        try BindingReader.bind("\(name)=@\(path)", to: &bindings, &input)
    }
}
