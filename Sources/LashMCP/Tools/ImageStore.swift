internal import LashAgent
internal import Lashlang
internal import Synchronization

/// The bytes of images that servers gave, until there are too many of them: then the oldest go.
final class ImageStore: Sendable {
    private struct State {
        var images: [String: ModelImage] = [:]
        var order: [String] = []
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = 64 << 20) { self.limit = limit }

    /// Keeps an image, and gives what programs have of it.
    func add(_ image: ModelImage) -> Image {
        // Other processes make names too, and sessions keep them.
        let id = RandomID.make("mcp:image")
        state.withLock { state in
            state.images[id] = image
            state.order.append(id)
            state.bytes += image.bytes.count
            while state.bytes > limit, state.order.count > 1 {
                let oldest = state.order.removeFirst()
                state.bytes -= state.images.removeValue(forKey: oldest)?.bytes.count ?? 0
            }
        }
        return Image(id: id, mime: image.mime, label: "", size: UInt64(image.bytes.count))
    }

    /// An image that is still there.
    subscript(id: String) -> ModelImage? { state.withLock { $0.images[id] } }
}
