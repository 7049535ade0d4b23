internal import Synchronization

/// The contents of a gzip file.
///
/// Reading on is cheap; going back starts from one of at most thirty-two places that were remembered on the way.
public final class GzipSource: ByteSource {
    /// The path of the file.
    public let name: String
    private let state: Mutex<State>

    /// Not known before everything was read, and then not needed.
    public var size: Int? { nil }

    private struct State {
        let input: Window
        var inflater = Inflater()
        /// Earlier states by what they had written, and how far they are apart.
        var places: [Inflater] = [Inflater()]
        var spacing = 1 << 22
    }

    private static let mostPlaces = 32

    /// The contents of a file. Throws if it does not begin like a gzip file.
    public init(_ file: any ByteSource) throws(FileError) {
        name = file.name
        if try file.bytes(from: 0, to: 2) != [0x1F, 0x8B] { throw file.malformed("is not a gzip file") }
        state = Mutex(State(input: Window(file)))
    }

    /// Decompresses from an offset on.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        // A pointer would tie the state to this task for good; a number does not.
        let (address, count) = (UInt(bitPattern: buffer.baseAddress), buffer.count)
        return try state.withLock { state throws(FileError) in
            let start = UnsafeMutableRawPointer(bitPattern: address)
            return try Self.read(at: offset, into: UnsafeMutableRawBufferPointer(start: start, count: count), &state)
        }
    }

    private static func read(
        at offset: Int,
        into buffer: UnsafeMutableRawBufferPointer,
        _ state: inout State
    ) throws(FileError) -> Int {
        if offset < state.inflater.position {
            // The first place of all is the beginning.
            state.inflater = state.places.last { $0.position <= offset } ?? Inflater()
        } else if let place = state.places.last(where: { $0.position <= offset }),
            place.position > state.inflater.position
        {
            state.inflater = place
        }
        // What lies between is read in vain, into the caller's buffer.
        while state.inflater.position < offset {
            let count = min(buffer.count, offset - state.inflater.position)
            if try advance(&state, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])) < count { return 0 }
        }
        return try advance(&state, buffer)
    }

    private static func advance(_ state: inout State, _ buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    {
        let count = try state.inflater.read(into: buffer, from: state.input)
        let last = state.places.last?.position ?? 0
        if state.inflater.position >= last + state.spacing {
            if state.places.count == mostPlaces {
                state.places = stride(from: 0, to: mostPlaces, by: 2).map { state.places[$0] }
                state.spacing *= 2
            }
            state.places.append(state.inflater)
        }
        return count
    }
}
