/// What the code demands of one register; empty where it does not read it before it writes it.
struct RegisterDemands: OptionSet {
    let rawValue: UInt16

    func contains(_ demand: RegisterDemand) -> Bool { rawValue >> UInt16(demand.rawValue) & 1 != 0 }
}

/// The temporaries that a run still needs where it stands.
struct LiveTemporaries {
    private let first: Int
    private let count: Int
    /// For each group of 64 registers the registers by demand.
    private var groups: [[UInt64]] = []
    /// What loops keep for their variables, whether or not the code comes to the end of the loop.
    private let saved: Set<Int>

    init(_ frame: FrameView) {
        let layout = frame.unit.layout
        first = layout.nearVariables
        count = layout.temporaries
        saved = Set(frame.openRestores.map(\.saved))
        let walk = CodeWalk(unit: frame.unit)
        for base in stride(from: first, to: first + count, by: 64) {
            groups.append(walk.demands(from: frame.demandPosition, base: base, .uses))
        }
    }

    func demands(on place: Int) -> RegisterDemands {
        let group = groups[(place - first) / 64]
        let bit = UInt64((place - first) % 64)
        var demands: UInt16 = 0
        for demand in RegisterDemand.allCases where group[Int(demand.rawValue)] >> bit & 1 != 0 {
            demands |= 1 << UInt16(demand.rawValue)
        }
        return RegisterDemands(rawValue: demands)
    }

    func isLive(_ place: Int) -> Bool { isSaved(place) || !demands(on: place).isEmpty }

    func isSaved(_ place: Int) -> Bool { saved.contains(place) }

    /// All of them in order.
    var places: [Int] { (first..<first + count).filter(isLive) }
}

/// Which register numbered objects were met in first. What a register borrows has to be kept alive by that one.
struct RootRegisters {
    /// Registers with the number of objects after them.
    private var ends: [(place: Int, numbered: Int)] = []
    /// Objects with lower numbers were met in the frames of callers, which stand still as long as this one lasts.
    private let first: Int

    /// The registers of a frame, of which nothing has been met yet.
    init(after numbered: Int) { first = numbered }

    /// Notes that everything up to this number was met by now.
    mutating func note(_ place: Int, numbered: Int) {
        if numbered > (ends.last?.numbered ?? first) { ends.append((place, numbered)) }
    }

    /// Whether an object stays alive as long as a register that borrows it is read.
    func keep(_ number: Int, _ borrower: Int, _ frame: FrameView, steps: inout Int) -> Bool {
        if number < first { return true }
        var low = 0, high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle].numbered > number { high = middle } else { low = middle + 1 }
        }
        guard low < ends.count else { return false }
        let walk = CodeWalk(unit: frame.unit)
        return walk.keeps(ends[low].place, borrower, from: frame.demandPosition, steps: &steps)
    }
}

extension CodeWalk {
    /// The most instructions that one snapshot looks at for the sake of borrowed values.
    static let stepLimit = 1 << 18
}
