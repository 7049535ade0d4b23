// swift-tools-version: 6.2
import PackageDescription

// A package of its own: only `--sanitize=fuzzer` brings the `main` that this executable lacks.
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lashlang", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzLashlang",
            dependencies: [.product(name: "Lashlang", package: "lashlang")],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]
        )
    ]
)
