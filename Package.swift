// swift-tools-version: 6.2
import PackageDescription

let checks: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// `LASH_CHECKED=1 swift test` builds the heap with one plain allocation per object and every assertion on,
/// so that the address sanitizer sees each object: an arena would hide use after free.
let checkedHeap: [SwiftSetting] =
    Context.environment["LASH_CHECKED"] != nil ? [.define("LASH_CHECKED")] : []

let package = Package(
    name: "lashlang",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Lashlang", targets: ["Lashlang"]),
        .library(name: "LashAgent", targets: ["LashAgent"]),
        .executable(name: "lashlang", targets: ["LashlangCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(name: "LashSyntax", swiftSettings: checks),
        .target(name: "LashLinker", dependencies: ["LashSyntax"], swiftSettings: checks),
        .target(name: "LashVM", dependencies: ["LashSyntax", "LashLinker"], swiftSettings: checks + checkedHeap),
        .target(name: "Lashlang", dependencies: ["LashSyntax", "LashLinker", "LashVM"], swiftSettings: checks),
        .target(
            name: "LashAgent",
            dependencies: ["Lashlang", .product(name: "Logging", package: "swift-log")],
            swiftSettings: checks
        ),
        .target(name: "LashCases", dependencies: ["Lashlang"], swiftSettings: checks),
        .systemLibrary(
            name: "CLibEdit",
            pkgConfig: "libedit",
            providers: [.apt(["libedit-dev"]), .brew(["libedit"])]
        ),
        .target(
            name: "LashTerminal",
            dependencies: [
                "LashSyntax", "Lashlang", "CLibEdit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: checks
        ),
        .executableTarget(
            name: "LashlangCLI",
            dependencies: [
                "Lashlang", "LashCases", "LashTerminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: checks
        ),
        .testTarget(name: "LashSyntaxTests", dependencies: ["LashSyntax"], swiftSettings: checks),
        .testTarget(name: "LashLinkerTests", dependencies: ["LashLinker"], swiftSettings: checks),
        .testTarget(name: "LashVMTests", dependencies: ["LashVM"], swiftSettings: checks),
        .testTarget(name: "LashlangTests", dependencies: ["Lashlang", "LashCases"], swiftSettings: checks),
        .testTarget(name: "LashAgentTests", dependencies: ["Lashlang", "LashAgent"], swiftSettings: checks),
        .testTarget(name: "LashlangCLITests", dependencies: ["Lashlang", "LashlangCLI"], swiftSettings: checks),
    ]
)
