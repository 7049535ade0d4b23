import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// What all inputs are, where the one who runs it wants nothing else.
private let only = getenv("LASH_FUZZ_ONLY").map { UInt8(bitPattern: $0.pointee) }

/// Called by libFuzzer with each input. The first byte says what the rest is; printable, so that seeds are readable.
///
/// `J` and a JSON text, `S` and a snapshot, or anything else: a program. Returning normally means that every promise was
/// kept; a broken one traps, which libFuzzer reports and saves.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if bytes.isEmpty { return 0 }
    switch only ?? bytes[0] {
    case UInt8(ascii: "J"): checkJSON(Array(bytes.dropFirst()))
    case UInt8(ascii: "S"): checkSnapshot(Array(bytes.dropFirst()))
    default: checkProgram(bytes)
    }
    return 0
}

/// Stops the fuzzer at a broken promise.
func promise(_ kept: Bool, _ what: @autoclosure () -> String) {
    if !kept { fatalError("broken promise: \(what())") }
}

/// A JSON text that is accepted keeps its value through writing and reading.
func checkJSON(_ bytes: [UInt8]) {
    let value: Value
    do { value = try Value(json: bytes) } catch {
        promise(!error.message.isEmpty, "a JSON error says what is wrong")
        return
    }
    for pretty in [false, true] {
        guard let text = try? value.json(), let form = try? value.json(pretty: pretty),
            let again = try? Value(json: form), (try? again.json()) == text
        else {
            promise(false, "written JSON brings the same value back: \(value.literal)")
            return
        }
    }
    _ = (value.text, value.literal, value.printText())
}
