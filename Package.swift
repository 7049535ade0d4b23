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
        .library(name: "LashMCP", targets: ["LashMCP"]),
        .library(name: "LashObservability", targets: ["LashObservability"]),
        .library(name: "LashProviders", targets: ["LashProviders"]),
        .library(name: "LashStore", targets: ["LashStore"]),
        .executable(name: "lashlang", targets: ["LashlangCLI"]),
        .executable(name: "lash", targets: ["LashCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-service-context", from: "1.5.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "LashSyntax", swiftSettings: checks),
        .target(name: "LashLinker", dependencies: ["LashSyntax"], swiftSettings: checks),
        .target(name: "LashVM", dependencies: ["LashSyntax", "LashLinker"], swiftSettings: checks + checkedHeap),
        .target(name: "LashFiles", swiftSettings: checks),
        .target(
            name: "Lashlang",
            dependencies: ["LashSyntax", "LashLinker", "LashVM", "LashFiles"],
            swiftSettings: checks
        ),
        .target(
            name: "LashAgent",
            dependencies: ["Lashlang", .product(name: "Logging", package: "swift-log")],
            swiftSettings: checks
        ),
        .target(
            name: "LashObservability",
            dependencies: [
                "LashAgent", "Lashlang",
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceContextModule", package: "swift-service-context"),
            ],
            swiftSettings: checks
        ),
        .target(
            name: "LashHTTP",
            dependencies: [
                "LashAgent", "Lashlang",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: checks
        ),
        .target(
            name: "LashProviders",
            dependencies: [
                "LashAgent", "LashHTTP", "Lashlang",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: checks
        ),
        .target(
            name: "LashMCP",
            dependencies: [
                "LashAgent", "LashHTTP", "Lashlang",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                // Where paths are not part of the system.
                .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: checks
        ),
        .target(
            name: "LashStore",
            dependencies: ["LashAgent", "Lashlang", .product(name: "GRDB", package: "GRDB.swift")],
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
        .executableTarget(
            name: "LashCLI",
            dependencies: [
                "LashAgent", "LashMCP", "LashProviders", "LashStore", "LashTerminal", "Lashlang",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: checks
        ),
        .testTarget(name: "LashSyntaxTests", dependencies: ["LashSyntax"], swiftSettings: checks),
        .testTarget(name: "LashLinkerTests", dependencies: ["LashLinker"], swiftSettings: checks),
        .testTarget(name: "LashVMTests", dependencies: ["LashVM"], swiftSettings: checks),
        .testTarget(name: "LashFilesTests", dependencies: ["LashFiles"], swiftSettings: checks),
        // What tests of several modules need: the files of the project, and the ends of processes.
        .target(name: "LashTestSupport", path: "Tests/LashTestSupport", swiftSettings: checks),
        .testTarget(
            name: "LashlangTests",
            dependencies: ["Lashlang", "LashCases", "LashTestSupport"],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashAgentTests",
            dependencies: ["Lashlang", "LashCases", "LashAgent", "LashTestSupport"],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashObservabilityTests",
            dependencies: [
                "LashObservability", "LashAgent", "Lashlang",
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceContextModule", package: "swift-service-context"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashStoreTests",
            dependencies: [
                "LashStore", "LashAgent", "LashTestSupport", "Lashlang", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashCLITests",
            dependencies: [
                "LashCLI", "LashAgent", "LashProviders", "LashStore", "LashTerminal", "LashTestSupport", "Lashlang",
                "MCPTestServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: checks
        ),
        .target(
            name: "LashTestServers",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/LashTestServers",
            swiftSettings: checks
        ),
        // A server for the tests of LashMCP, which start it as a process of its own.
        .executableTarget(
            name: "MCPTestServer",
            dependencies: ["Lashlang"],
            path: "Tests/MCPTestServer",
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashMCPTests",
            dependencies: [
                "LashMCP", "LashAgent", "LashTestSupport", "LashTestServers", "Lashlang", "MCPTestServer",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashProvidersTests",
            dependencies: [
                "LashProviders", "LashAgent", "LashHTTP", "LashTestServers", "LashTestSupport", "Lashlang",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Transcripts"],
            swiftSettings: checks
        ),
        .testTarget(
            name: "LashlangCLITests",
            dependencies: ["Lashlang", "LashlangCLI", "LashTerminal", "LashTestSupport"],
            swiftSettings: checks
        ),
    ]
)

// The sanitizer is there for the heap of the machine. What needs a network or a database has none of its own, and takes
// longer to build than everything else.
if Context.environment["LASH_CHECKED"] != nil {
    let heavy: Set = [
        "LashHTTP", "LashMCP", "LashMCPTests", "LashProviders", "LashProvidersTests", "LashStore", "LashStoreTests",
        "LashTestServers", "LashCLI", "LashCLITests", "MCPTestServer", "lash",
    ]
    package.targets.removeAll { heavy.contains($0.name) }
    package.products.removeAll { heavy.contains($0.name) }
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
        let packages = [
            "async-http-client", "GRDB.swift", "swift-nio", "swift-nio-ssl", "swift-subprocess", "swift-system",
        ]
        return packages.contains { location.hasSuffix("/" + $0) }
    }
}
