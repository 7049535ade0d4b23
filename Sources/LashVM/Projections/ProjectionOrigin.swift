/// A descriptor that knows where its data lies, for errors about what it holds.
package protocol ProjectionOrigin: ProjectionDescriptor {
    /// What errors call an element, or all of the data for `nil`: a file, and a row of it.
    func origin(of element: Int?) -> String?
}

extension Heap {
    /// What the data of a projection, or an element of it, turned out to be.
    static func failure(of object: Object, _ reason: String, element: Int?) -> Failure {
        let origin = (object.descriptor as? any ProjectionOrigin)?.origin(of: element)
        let path = object.projectionPath + (element.map { "[\($0)]" } ?? "")
        return .projectionFailed(path, origin.map { "\($0): \(reason)" } ?? reason)
    }

    /// The same for a part of a projection, by the step that leads to it, which is owned.
    func failure(of object: Object, _ reason: String, step: Tagged) -> Failure {
        defer { release(step) }
        return Self.failure(of: object, reason, element: step.isNumber ? Int(exactly: step.number) : nil)
    }
}
