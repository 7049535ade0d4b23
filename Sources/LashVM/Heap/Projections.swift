/// Objects that stand for data of the host.
///
///     projection    header, descriptor, parent, step, reference, cache
///
/// A part that was read from another projection has that one as its parent, and the step says which part it is: text a
/// field, a number an element, a list of two a slice; other steps cannot be taken again. One without a parent has its name
/// as its step, and a reference where there is one: a record `{kind, key}`. The cache is the value, once all of it was
/// read; snapshots leave it out, as it lies behind the members that count.
extension Object {
    /// Members of a projection, behind its descriptor.
    enum ProjectionPart: Int {
        case parent, step, ref, cache
    }

    static let projectionSize = fieldsOffset + 4 * 16
    /// The members without the cache.
    static let projectionMembers = 3

    private var descriptorPlace: UnsafeMutablePointer<any ProjectionDescriptor> {
        (address + 16).assumingMemoryBound(to: (any ProjectionDescriptor).self)
    }

    /// What answers for a projection.
    var descriptor: any ProjectionDescriptor { descriptorPlace.pointee }

    func initialize(descriptor: any ProjectionDescriptor) { descriptorPlace.initialize(to: descriptor) }

    /// The descriptor goes first; then the members are released like those of a list, and the cache is one of them.
    func beginRelease() {
        descriptorPlace.deinitialize(count: 1)
        setCount(Self.projectionMembers + 1)
        setFlag(ObjectFlag.holdsObjects)
    }

    @inline(__always) func part(_ part: ProjectionPart) -> SlotPointer { fields + part.rawValue }

    /// What was read of all of it, borrowed; unset where that was not asked for.
    var cached: Tagged { part(.cache).pointee.borrowed }

    /// The projection without a parent that this one comes from.
    var projectionRoot: Object {
        var object = self
        while object.part(.parent).pointee.isObject { object = object.part(.parent).pointee.object }
        return object
    }

    /// What errors call it: `docs[3].name`.
    var projectionPath: String {
        var steps: [Tagged] = []
        var object = self
        while true {
            steps.append(object.part(.step).pointee)
            guard object.part(.parent).pointee.isObject else { break }
            object = object.part(.parent).pointee.object
        }
        var path = ""
        while let step = steps.popLast(), path.utf8.count <= TextView.longestExcerpt {
            withUnsafePointer(to: step) { append($0, to: &path) }
        }
        return path
    }

    /// What no other part of the same whole has: the steps to it, complete.
    var projectionKey: String {
        var key = ""
        var object = self
        while object.part(.parent).pointee.isObject {
            key = Self.projectionKey(of: object.part(.step).pointee) + key
            object = object.part(.parent).pointee.object
        }
        return key
    }

    /// The part of that for one step.
    static func projectionKey(of step: Tagged) -> String {
        withUnsafePointer(to: step) { place in
            switch ProjectionStep(place) {
            case .field(let name): ".\(name.utf8.count):\(name)"
            case .element(let index): "[\(index)]"
            case .slice(let lower, let upper):
                "[\(lower.map(String.init) ?? ""):\(upper.map(String.init) ?? "")]"
            case nil: "?"
            }
        }
    }

    private func append(_ step: UnsafePointer<Tagged>, to path: inout String) {
        switch step.pointee.kind {
        case .string, .shortString:
            let text = TextView(step)
            if path.isEmpty {
                path = text.excerpt
            } else {
                path += text.isIdentifier ? ".\(text.excerpt)" : "[\(JSONText.quoted(text.excerpt))]"
            }
        case .number: path += "[\(indexText(step.pointee))]"
        case .list where step.pointee.object.count == 2:
            let bounds = step.pointee.object.elements
            path = "slice(\(path), \(indexText(bounds[0])), \(indexText(bounds[1])))"
        default: path += "…"
        }
    }

    private func indexText(_ bound: Tagged) -> String {
        bound.isNumber ? Int(exactly: bound.number).map(String.init) ?? "?" : "null"
    }
}

extension Tagged {
    @inline(__always) var isProjection: Bool { kindByte == Kind.projection.rawValue }

    /// Whether it is a projection, or a container that may hold one, however deep.
    @inline(__always) var mayHoldProjections: Bool { isObject && object.hasFlag(ObjectFlag.holdsProjections) }
}

extension Heap {
    /// A projection; takes its parts, which are owned.
    func makeProjection(
        _ descriptor: any ProjectionDescriptor,
        parent: Tagged = .null,
        step: Tagged,
        ref: Tagged = .null
    ) -> Tagged {
        let object = Object(allocate(Object.projectionSize))
        object.header.pointee = Object.Header(
            references: 1,
            kind: Tagged.Kind.projection.rawValue,
            flags: ObjectFlag.holdsProjections,
            depth: 0,
            count: UInt32(Object.projectionMembers),
            capacity: 0
        )
        object.initialize(descriptor: descriptor)
        object.part(.parent).pointee = parent
        object.part(.step).pointee = step
        object.part(.ref).pointee = ref
        object.part(.cache).pointee = .unset
        return Tagged(.projection, object)
    }

    /// A projection of a host.
    func make(_ projection: Projection) throws(Failure) -> Tagged {
        var ref = Tagged.null
        if let reference = projection.ref {
            ref = try make(.record(["kind": .string(reference.kind), "key": reference.key]))
        }
        return makeProjection(projection.descriptor, step: makeString(projection.name), ref: ref)
    }
}

extension Projection {
    /// A projection as hosts see it.
    convenience init(_ object: Object) {
        self.init(object.descriptor, name: object.projectionPath, ref: ProjectionRef(object.part(.ref).pointee))
    }
}

extension ProjectionRef {
    /// The reference in a projection; `nil` where it has none.
    init?(_ record: Tagged) {
        guard record.isRecord else { return nil }
        var record = record
        guard case .record(let fields) = Value(&record), case .string(let kind)? = fields["kind"] else { return nil }
        self.init(kind: kind, key: fields["key"] ?? .null)
    }
}
