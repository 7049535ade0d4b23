internal import LashHTTP
internal import Lashlang

extension MCPConnection {
    private static let pageLimit = 100

    /// Reads which tools the server has, page by page.
    func tools(until deadline: ContinuousClock.Instant) async throws(MCPError) -> ToolList {
        guard greeting.hasTools else { return ToolList() }
        var listed: [Value] = []
        var cursor: String?
        var problem: String?
        var (pages, bytes) = (0, 0)
        repeat {
            let params: Value = cursor.map { ["cursor": .string($0)] } ?? [:]
            let page = try await request("tools/list", params, within: deadline - .now)
            guard let tools = page[field: "tools"]?.asItems else {
                throw MCPError(.malformed, server: server.name, "the server's list of tools is no list")
            }
            listed += tools
            pages += 1
            bytes += page.approximateBytes()
            let next = page[field: "nextCursor"]?.asText
            if next != nil && (next == cursor || pages == Self.pageLimit || bytes > server.limits.messageBytes) {
                problem = "the list of tools does not come to an end; it is read up to page \(pages)"
                break
            }
            cursor = next
        } while cursor != nil && listed.count <= server.limits.tools
        var list = ToolList(listed, of: server)
        if let problem { list.warn(problem) }
        return list
    }
}
