import Lashlang

struct Reading: Decodable {
    var path: String
    var limit: Int?
}

struct Note: Codable, Equatable {
    var title: String
    var words: Int
}

struct Library: Sendable {
    var texts: [String: String]

    func read(_ reading: Reading) async throws -> String {
        guard let text = texts[reading.path] else {
            throw CallFailure(class: "unavailable", code: "not_found", message: "no text \(reading.path)")
        }
        return reading.limit.map { String(text.prefix($0)) } ?? text
    }
}

func host(of library: Library) throws -> Host {
    var host = Host()
    try host.module("texts", type: "Texts") { texts in
        try texts.operation("list", description: "The paths of all texts") { library.texts.keys.sorted() }
        try texts.operation("read", description: "A text") { (reading: Reading) async throws -> String in
            try await library.read(reading)
        }
    }
    try host.function("note", parameters: ["title", "text"]) { (title: String, text: String) in
        Note(title: title, words: text.split(separator: " ").count)
    }
    return host
}

func notes(on library: Library) async throws -> [Note] {
    let host = try host(of: library)
    let program = try Program(
        """
        paths = texts.list()?
        found = await [texts.read({path: p})? for p in paths]
        finish [note(paths[i], found[i]) for i in range(len(paths))]
        """,
        environment: host.environment()
    )
    let outcome = try await Session().run(program, host: host, limits: Limits(hostCalls: 100, concurrentCalls: 8))
    guard case .finished(let value) = outcome else { return [] }
    return try ValueDecoder().decode(from: value)
}
