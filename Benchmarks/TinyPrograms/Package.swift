// swift-tools-version: 6.2
import PackageDescription

// A package of its own, which nobody builds who uses the library.
let package = Package(
    name: "TinyPrograms",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lashlang", path: "../..")],
    targets: [
        .executableTarget(name: "TinyPrograms", dependencies: [.product(name: "Lashlang", package: "lashlang")])
    ]
)
