internal import LashSyntax

/// What a program is, whatever its layout, its comments and the names of its variables: two programs of one identity do
/// the same, and need the same of their host.
public struct ProgramIdentity: Hashable, Sendable {
    /// A process by what it does.
    public struct Process: Hashable, Sendable {
        /// The name under which the program declares it.
        public let name: String
        /// The hash of the process, in hexadecimal.
        public let component: String
        /// Its position among the processes of the program, from 0.
        public let position: Int

        /// Component and position as one text, which is a key of its own: `component:position`.
        public var key: String { "\(component):\(position)" }
    }

    /// `lashlang:v1:sha256:…`
    public let module: String
    /// `lashlang-host-requirements:v1:sha256:…`
    public let requirements: String
    /// The processes by name.
    public let processes: [Process]

    /// The process of a name.
    public func process(named name: String) -> Process? { processes.first { $0.name == name } }
}

extension LinkedProgram {
    /// What the program is. Hashes the whole program; nothing is kept.
    public var identity: ProgramIdentity {
        let reference = requirements.reference
        var processes: [ProgramIdentity.Process] = []
        for (position, process) in self.processes.enumerated() {
            var hasher = ProgramHasher("process", program: self)
            hasher.addProcess(process.node)
            processes.append(.init(name: process.name, component: hasher.hexadecimal(), position: position))
        }
        processes.sort { $0.name < $1.name }
        var hasher = ProgramHasher("module", program: self)
        hasher.add(reference)
        hasher.add("exports")
        hasher.add(processes.count)
        for process in processes {
            hasher.add("process-export")
            hasher.add(process.name)
            hasher.add(process.component)
            hasher.add(process.position)
        }
        hasher.add("program")
        hasher.add(tree.declarations.count)
        for node in tree.declarations { hasher.addDeclaration(node) }
        hasher.addBody(tree.main, parameters: [])
        return ProgramIdentity(
            module: "lashlang:v1:sha256:" + hasher.hexadecimal(),
            requirements: reference,
            processes: processes
        )
    }
}
