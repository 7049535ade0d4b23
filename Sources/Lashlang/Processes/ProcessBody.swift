/// One run of the body of a process.
struct ProcessBody {
    let start: ProcessStart
    let context: RunContext
    let effects: ProcessEffects

    /// Runs it to its end.
    func run() async -> (ProcessState, RunStatistics) {
        await context.run {
            // A store of its own: the arguments are all that a body begins with.
            let store = VariableStore()
            do throws(ValueError) {
                for (name, value) in start.arguments { try store.set(name, to: value) }
            } catch {
                return (.stopped(unusableArguments(error)), RunStatistics())
            }
            let execution = Execution(
                context.program.compiled,
                process: start.number,
                store: store,
                bindings: [],
                limits: context.limits,
                isCancelled: { Task.isCancelled }
            )
            execution.pauseInterval = Session.pauseInterval
            execution.share(context.tree.budget)
            let driver = RunDriver(program: context.program, handler: effects, limits: context.limits)
            let state = await end(of: execution, driver)
            return (state, execution.statistics)
        }
    }

    private nonisolated(nonsending) func end(
        of execution: Execution,
        _ driver: RunDriver<ProcessEffects>
    ) async -> ProcessState {
        do throws(RuntimeError) {
            // The parser lets no body print.
            switch try await driver.run(execution, onPrint: { _ in }) {
            case .finished(let value): return .finished(value)
            case .failed(let value): return .failed(value)
            case .completed: return .finished(.null)
            }
        } catch {
            return error.diagnostic.code == FailureCode.cancelled.rawValue ? .cancelled : .stopped(error)
        }
    }

    private func unusableArguments(_ error: ValueError) -> RuntimeError {
        let code = FailureCode.tooDeep.rawValue
        let diagnostic = Diagnostic(code: code, stage: .runtime, message: error.message, span: nil)
        return RuntimeError(diagnostic, in: context.program)
    }
}
