extension Simulation {
    /// Answers what a program asks of its surroundings.
    func begin(_ request: HostRequest, _ strand: Int) {
        switch request {
        case .start(let start):
            if strands.count > Self.maximumStarts {
                let message = "\(Self.maximumStarts) processes have been started, and no more may be"
                return answer(.failure(CallFailure(message)), strand: strand)
            }
            answer(.value(ProcessHandle.value(id: "p\(self.start(start))")), strand: strand)
        case .cancel(let handle):
            switch process(of: handle) {
            case .failure(let failure): answer(.failure(failure), strand: strand)
            case .success(let process): answer(.value(cancel(process)), strand: strand)
            }
        case .event: answer(.value(.null), strand: strand)
        case .sleepFor(let value): sleep(strand) { () throws(CallFailure) in try SleepTime.milliseconds(of: value) }
        case .sleepUntil(let value):
            sleep(strand) { () throws(CallFailure) in try SleepTime.epochMilliseconds(of: value) - now }
        case .waitSignal(let name):
            if let first = strands[strand].signals[name]?.first {
                strands[strand].signals[name]?.removeFirst()
                answer(.value(first), strand: strand)
            } else if let behavior = host.signals[name] {
                answer(next(of: behavior, "signal " + name, []), after: behavior.delay, strand: strand)
            } else {
                strands[strand].awaitedSignal = name
            }
        case .signalRun(let run, let name, let payload): signal(run, name, payload, from: strand)
        }
    }

    private func sleep(_ strand: Int, _ delay: () throws(CallFailure) -> Double) {
        do { answer(.value(.null), after: try delay(), strand: strand) } catch {
            answer(.failure(error), strand: strand)
        }
    }

    private func signal(_ run: Value, _ name: String, _ payload: Value, from strand: Int) {
        switch process(named: Result { () throws(CallFailure) in try ProcessHandle.id(ofTarget: run) }) {
        case .failure(let failure): answer(.failure(failure), strand: strand)
        case .success(let target):
            if strands[target].awaitedSignal == name {
                strands[target].awaitedSignal = nil
                answer(.value(payload), strand: target)
            } else {
                strands[target].signals[name, default: []].append(payload)
            }
            answer(.value(.null), strand: strand)
        }
    }

    /// The number of the process that a handle stands for.
    func process(of handle: Value) -> Result<Int, CallFailure> {
        process(named: Result { () throws(CallFailure) in try ProcessHandle.id(of: handle) })
    }

    private func process(named id: Result<String, CallFailure>) -> Result<Int, CallFailure> {
        id.flatMap { id in
            let number = id.hasPrefix("p") ? Int(id.dropFirst()) : nil
            guard let number, strands.indices.contains(number), number > 0 else {
                return .failure(ProcessHandle.unknown(id))
            }
            return .success(number)
        }
    }

    private func cancel(_ process: Int) -> Value {
        let wasRunning = strands[process].result == nil
        if wasRunning { end(process, with: .failure(ProcessResult.cancelled)) }
        return ProcessResult.cancellation(of: "p\(process)", wasRunning: wasRunning)
    }
}
