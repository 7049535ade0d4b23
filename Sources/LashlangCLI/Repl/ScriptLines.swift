/// Lines from standard input that is no terminal.
struct ScriptLines: LineSource {
    func next(isContinued: Bool) -> Line {
        if Interruption.take() { return .end }
        return readLine().map(Line.text) ?? .end
    }

    func remember(_ input: String) {}
}
