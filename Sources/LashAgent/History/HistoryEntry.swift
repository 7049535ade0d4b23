public import Lashlang

/// One record of what happened in a frame, in the order in which it happened.
public enum HistoryEntry: Equatable, Sendable {
    /// Something that was said.
    case message(HistoryMessage)
    /// A program that was run.
    case step(HistoryStep)
    /// What the frame began with.
    case seed(Seed)
    /// What a plugin keeps in the history. Neither the model nor programs see it.
    case plugin(PluginEntry)

    /// The id of the record, one of a kind in its session.
    public var id: String {
        switch self {
        case .message(let message): message.id
        case .step(let step): step.id
        case .seed: "seed"
        case .plugin(let entry): entry.id
        }
    }

    /// Whether programs find it in `history`, and prompts call it by an index.
    public var isItem: Bool {
        switch self {
        case .message(let message): !message.content.isEmpty || !message.attachments.isEmpty
        case .step: true
        case .seed, .plugin: false
        }
    }
}

/// Something that was said.
public struct HistoryMessage: Equatable, Sendable, Codable {
    /// Who said it.
    public enum Role: String, Hashable, Sendable, Codable {
        case user, system, assistant
        /// Something outside of the conversation that causes a turn.
        case event
    }

    /// The id of the record.
    public var id: String
    /// Who said it.
    public var role: Role
    /// What was said.
    public var content: String
    /// What comes with it.
    public var attachments: [Attachment]
    /// The plugin that added it, where one did.
    public var origin: String?

    /// A message.
    public init(id: String, role: Role, content: String, attachments: [Attachment] = [], origin: String? = nil) {
        self.id = id
        self.role = role
        self.content = content
        self.attachments = attachments
        self.origin = origin
    }
}

/// Something that comes with a message: metadata, and where the bytes are.
public struct Attachment: Equatable, Sendable, Codable {
    /// Identifies it in its session.
    public var id: String
    /// The media type, such as `image/png`.
    public var mediaType: String
    /// What people call it.
    public var label: String?
    /// The bytes of an image.
    public var image: ModelImage?

    /// An attachment.
    public init(id: String, mediaType: String, label: String? = nil, image: ModelImage? = nil) {
        self.id = id
        self.mediaType = mediaType
        self.label = label
        self.image = image
    }

    /// What programs and prompts see.
    var value: Value {
        var fields: Record = ["id": .string(id), "media_type": .string(mediaType)]
        if let label { fields["label"] = .string(label) }
        return .record(fields)
    }

    private enum CodingKeys: String, CodingKey {
        case id, label, image
        case mediaType = "media_type"
    }
}

/// A program that was run, and what came of it.
public struct HistoryStep: Equatable, Sendable, Codable {
    /// The id of the record: turn and iteration.
    public var id: String
    /// Which model call of its turn wrote it, from 0.
    public var iteration: Int
    /// The program as the model wrote it.
    public var code: String
    /// What it printed, whole.
    public var output: [String]
    /// Images in what it printed.
    public var images: [Attachment]
    /// What the model is told beside the output: warnings, and what was ignored.
    public var notes: [String]
    /// How it failed, as the model is told.
    public var error: String?
    /// The value of `finish`.
    public var finalOutput: FinishedValue?

    /// A step.
    public init(
        id: String,
        iteration: Int,
        code: String,
        output: [String] = [],
        images: [Attachment] = [],
        notes: [String] = [],
        error: String? = nil,
        finalOutput: FinishedValue? = nil
    ) {
        self.id = id
        self.iteration = iteration
        self.code = code
        self.output = output
        self.images = images
        self.notes = notes
        self.error = error
        self.finalOutput = finalOutput
    }

    private enum CodingKeys: String, CodingKey {
        case id, code, output, images, notes, error
        case iteration = "protocol_iteration"
        case finalOutput = "final_output"
    }
}

/// A value in a place where there may be none: no value and null are two things.
public struct FinishedValue: Equatable, Sendable, Codable {
    /// The value.
    public var value: Value

    /// A value.
    public init(_ value: Value) { self.value = value }
}

/// What a plugin keeps in the history of a frame.
public struct PluginEntry: Equatable, Sendable, Codable {
    /// The id of the record.
    public var id: String
    /// The plugin.
    public var plugin: String
    /// What it is to the plugin.
    public var type: String
    /// What the plugin wants to keep.
    public var body: Value

    /// A record of a plugin.
    public init(id: String, plugin: String, type: String, body: Value) {
        self.id = id
        self.plugin = plugin
        self.type = type
        self.body = body
    }
}

/// What a frame or a child session begins with.
public struct Seed: Equatable, Sendable, Codable {
    /// A binding of its own, read-only there too.
    public struct Projection: Equatable, Sendable, Codable {
        /// The name.
        public var name: String
        /// The value; `nil` for what is found by its reference.
        public var value: FinishedValue?
        /// Where the value is found.
        public var reference: ProjectionRef?

        /// A binding.
        public init(name: String, value: FinishedValue? = nil, reference: ProjectionRef? = nil) {
            self.name = name
            self.value = value
            self.reference = reference
        }
    }

    /// Variables that are set where there is none of the name yet.
    public var variables: Record
    /// Read-only bindings.
    public var projections: [Projection]

    /// A seed.
    public init(variables: Record = Record(), projections: [Projection] = []) {
        self.variables = variables
        self.projections = projections
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { variables.isEmpty && projections.isEmpty }
}

extension HistoryEntry: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, message, step, seed, plugin
    }

    private enum Kind: String, Codable {
        case message, step, seed, plugin
    }

    /// Reads it; throws for what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .message: self = .message(try container.decode(HistoryMessage.self, forKey: .message))
        case .step: self = .step(try container.decode(HistoryStep.self, forKey: .step))
        case .seed: self = .seed(try container.decode(Seed.self, forKey: .seed))
        case .plugin: self = .plugin(try container.decode(PluginEntry.self, forKey: .plugin))
        }
    }

    /// Writes it in the form that is read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .message(let message):
            try container.encode(Kind.message, forKey: .kind)
            try container.encode(message, forKey: .message)
        case .step(let step):
            try container.encode(Kind.step, forKey: .kind)
            try container.encode(step, forKey: .step)
        case .seed(let seed):
            try container.encode(Kind.seed, forKey: .kind)
            try container.encode(seed, forKey: .seed)
        case .plugin(let entry):
            try container.encode(Kind.plugin, forKey: .kind)
            try container.encode(entry, forKey: .plugin)
        }
    }
}
