import Lashlang

func total(of orders: [UInt8]) throws -> Value? {
    var bindings = ProjectedBindings()
    try bindings.bind("orders", json: orders)
    let program = try Program(
        "total = 0 for order in orders { total = total + order.cents } finish total",
        environment: HostEnvironment(readOnlyNames: Set(bindings.names))
    )
    let limits = Limits(fuel: 1_000_000, memory: 64_000_000, time: .seconds(1))
    let outcome = try Session().run(program, bindings: bindings, limits: limits)
    if case .finished(let value) = outcome { return value }
    return nil
}
