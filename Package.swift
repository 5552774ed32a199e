// swift-tools-version: 6.2
import PackageDescription

/// What every module of the house is compiled with.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A module, and the lower ones it may name.
func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: house)
}

/// The door to a C library, or to what Swift's own Glibc module leaves out.
func system(_ name: String) -> Target {
    .target(name: name)
}

/// The program at the top: one file per command.
func program(_ name: String, uses: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: uses, swiftSettings: house)
}

/// A module's own tests, which mirror it file for file, or a suite that crosses modules.
func tests(_ name: String, of uses: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: uses + ["TestSupport"],
        exclude: data,
        swiftSettings: house
    )
}

let package = Package(
    name: "gatehouse",
    // The fuzz targets are a package of their own, and see products alone.
    products: [
        .library(name: "HTTPWire", targets: ["Vocabulary", "HTTPWire"])
    ],
    targets: [
        system("CLinux"),
        system("CCares"),

        // Level 0
        module("Vocabulary"),
        module("JSON"),

        // Level 1
        module("HTTPWire", uses: ["Vocabulary"]),

        // Level 2
        module("Telemetry", uses: ["CLinux", "Vocabulary", "JSON"]),
        module("Transport", uses: ["CLinux", "CCares", "Vocabulary", "HTTPWire"]),

        // Level 4
        module("Gateway", uses: ["Transport", "Telemetry", "HTTPWire", "JSON", "Vocabulary"]),

        // Level 5
        program(
            "gatehouse",
            uses: ["Gateway", "Transport", "Telemetry", "HTTPWire", "Vocabulary"]
        ),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["Vocabulary"],
            path: "Tests/Support",
            swiftSettings: house
        ),
        tests("Vocabulary", of: ["Vocabulary"]),
        tests("JSON", of: ["JSON"]),
        tests("HTTPWire", of: ["HTTPWire", "Vocabulary"]),
        tests("Telemetry", of: ["Telemetry", "JSON", "Vocabulary"]),
        tests("Transport", of: ["Transport", "HTTPWire", "Vocabulary", "CLinux"]),
        tests(
            "Gateway",
            of: ["Gateway", "Transport", "Telemetry", "HTTPWire", "JSON", "Vocabulary"]
        ),
        tests("EndToEnd", of: ["Vocabulary"]),
        tests("Conformance", of: ["Vocabulary"], data: ["Corpora"]),
    ]
)
