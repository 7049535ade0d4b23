/// First in, first out, each in constant time on average.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        if isEmpty { return nil }
        let first = elements[head]
        elements[head] = nil
        head += 1
        // What was taken makes room once it is half of everything.
        if head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return first
    }

    mutating func removeAll(where isMeant: (Element) -> Bool) {
        elements = elements[head...].filter { element in element.map { !isMeant($0) } ?? false }
        head = 0
    }
}
