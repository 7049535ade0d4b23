/// Lines from standard input that is no terminal.
package struct ScriptLines: LineSource {
    package init() {}

    package func next(isContinued: Bool) -> Line {
        if Interruption.take() { return .end }
        return readLine().map(Line.text) ?? .end
    }

    package func remember(_ input: String) {}
}
