/// A text that equals only what has the same characters, as texts of programs do. Swift's `==` also takes texts for equal
/// that are normalized differently.
@usableFromInline package struct ExactText: Hashable, Sendable {
    /// What Swift calls it.
    @usableFromInline package let text: String

    @inlinable package init(_ text: String) { self.text = text }

    @inlinable package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    @inlinable package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
