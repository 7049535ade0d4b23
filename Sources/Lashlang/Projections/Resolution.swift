extension RuntimeError {
    /// A run that cannot begin, because data that it is to read is not there.
    init(unavailable message: String, for program: Program) {
        let diagnostic = Diagnostic(
            code: FailureCode.projectionUnavailable.rawValue,
            stage: .host,
            message: message,
            span: nil
        )
        self.init(diagnostic, in: program)
    }
}

extension ProjectedBindings {
    /// The bindings with data in place of references, for a run of a program.
    func resolved(
        by resolver: (any ProjectionResolver)?,
        for program: Program
    ) async throws(RuntimeError) -> ProjectedBindings {
        guard let ref = unresolved else { return self }
        guard let resolver else { throw RuntimeError(unavailable: ref.unavailable, for: program) }
        do { return try await resolved(by: resolver) } catch {
            throw RuntimeError(unavailable: "\(error)", for: program)
        }
    }
}

extension ProjectionResolver {
    /// Finds the data of what variables kept through a snapshot, each reference once; gives what was not found. That is an
    /// error only where a program looks at it.
    func resolve(_ restored: [RestoredProjection]) async -> [RestoredProjection] {
        var missing: [RestoredProjection] = []
        var known: [(ref: ProjectionRef, result: Result<any ProjectionDescriptor, ProjectionError>)] = []
        for projection in restored {
            guard let ref = projection.unresolved else { continue }
            let result: Result<any ProjectionDescriptor, ProjectionError>
            if let found = known.first(where: { $0.ref == ref }) {
                result = found.result
            } else {
                do { result = .success(try await resolve(ref)) } catch {
                    result = .failure(ProjectionError(message: "\(error)"))
                }
                known.append((ref, result))
            }
            switch result {
            case .success(let descriptor): projection.resolve(descriptor)
            case .failure(let error):
                projection.resolve(failing: error.message)
                missing.append(projection)
            }
        }
        return missing
    }
}
