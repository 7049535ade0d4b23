// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as an application would be.
let package = Package(
    name: "BoardAgent",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lashlang", path: "../..")],
    targets: [
        .executableTarget(name: "BoardAgent", dependencies: [.product(name: "LashAgent", package: "lashlang")])
    ]
)
