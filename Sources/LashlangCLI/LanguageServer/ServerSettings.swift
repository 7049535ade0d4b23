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
///     {"bind": {"turn": "x"}, "files": {"board": "board.json"}, "lazy": {"docs": "docs"}, "tools": "tools.json"}
///
/// Paths begin at the folder of the file. Nothing is run, and lazy files are looked at only for names.
struct ServerSettings {
    static let fileName = "lashlang.json"

    var bindings = ProjectedBindings()
    var environment = HostEnvironment()
    /// Why the file, or what it names, cannot be used.
    var problem: String?
    /// The files that it was made from and when they were changed.
    private var stamps: [(path: String, stamp: Stamp?)] = []

    private struct Stamp: Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var info = stat()
            guard stat(path, &info) == 0 else { return nil }
            size = Int(info.st_size)
            #if canImport(Darwin)
            (seconds, nanoseconds) = (info.st_mtimespec.tv_sec, info.st_mtimespec.tv_nsec)
            #else
            (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
            #endif
        }
    }

    /// Whether no file has changed since.
    var isCurrent: Bool { stamps.allSatisfy { Stamp($0.path) == $0.stamp } }

    /// The settings for a program.
    init(forProgram path: String?) {
        guard let path else { return }
        var folder = Self.folder(of: path)
        while true {
            let file = folder + Self.fileName
            let stamp = Stamp(file)
            stamps.append((file, stamp))
            if stamp != nil {
                read(file, in: folder)
                break
            }
            if folder == "/" || folder.isEmpty { break }
            folder = Self.folder(of: String(folder.dropLast()))
        }
        environment.readOnlyNames = Set(bindings.names)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private mutating func read(_ file: String, in folder: String) {
        do throws(CommandFailure) {
            let bytes = try Inputs.read(file)
            let value: Value
            do throws(JSONParseError) { value = try Value(json: bytes) } catch {
                throw .data("not JSON: \(error.message)")
            }
            guard case .record(let record) = value else { throw .data("not an object") }
            for (key, value) in record { try take(key, value, in: folder) }
        } catch {
            problem = "\(file): \(error.message)"
        }
    }

    private mutating func take(_ key: String, _ value: Value, in folder: String) throws(CommandFailure) {
        switch (key, value) {
        case ("bind", .record(let values)):
            for (name, value) in values {
                do throws(BindingError) { try bindings.bind(name, value) } catch { throw .data(error.message) }
            }
        case ("files", .record(let files)), ("lazy", .record(let files)):
            var input = StandardInput()
            for (name, value) in files {
                guard case .string(let path) = value else {
                    throw .data("`\(key)`: `\(name)` needs the name of a file")
                }
                let whole = path.hasPrefix("/") ? path : folder + path
                stamps.append((whole, Stamp(whole)))
                if key == "lazy" {
                    try BindingReader.bindLazy("\(name)=@\(whole)", to: &bindings)
                } else {
                    try BindingReader.bind("\(name)=@\(whole)", to: &bindings, &input)
                }
            }
        case ("tools", .string(let path)):
            let whole = path.hasPrefix("/") ? path : folder + path
            stamps.append((whole, Stamp(whole)))
            environment = try ToolsFile.load(whole).environment
        case ("bind", _), ("files", _), ("lazy", _): throw .data("`\(key)` needs an object")
        case ("tools", _): throw .data("`tools` needs the name of a file")
        default: throw .data("unknown setting `\(key)`; there are `bind`, `files`, `lazy` and `tools`")
        }
    }
}
