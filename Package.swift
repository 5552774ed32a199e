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

/// What modules are compiled with besides, for release.
///
/// What one thread alone touches is looked up in a set of accesses under way at every touch: 44 times a
/// request, a tenth of its instructions. Tests run with these checks on, and so does the thread sanitizer.
let inRelease: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// A module, and the lower ones it may name.
func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: house + inRelease)
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
    // The fuzz targets and the benchmarks are packages of their own, and see products alone.
    products: [
        .library(name: "HTTPWire", targets: ["Vocabulary", "HTTPWire"]),
        .library(name: "Crypto", targets: ["Crypto"]),
        .library(
            name: "Rules",
            targets: ["Rules", "Policy", "Inspection", "HTTPWire", "JSON", "Vocabulary"]
        ),
    ],
    targets: [
        system("CLinux"),
        system("COpenSSL"),
        system("CCares"),
        system("CPatterns"),

        // Level 0
        module("Vocabulary"),
        module("JSON"),

        // Level 1
        module("HTTPWire", uses: ["Vocabulary"]),
        module("Crypto", uses: ["COpenSSL", "Vocabulary"]),
        module("Inspection", uses: ["CPatterns", "Vocabulary", "JSON"]),

        // Level 2
        module("Telemetry", uses: ["CLinux", "Crypto", "Vocabulary", "JSON"]),
        module("Transport", uses: ["CLinux", "CCares", "Crypto", "Vocabulary", "HTTPWire"]),

        // Level 3
        module("Policy", uses: ["HTTPWire", "Inspection", "JSON", "Vocabulary"]),
        module("Limits", uses: ["Vocabulary"]),

        // Level 4
        module(
            "Rules",
            uses: ["Policy", "Inspection", "Crypto", "HTTPWire", "Vocabulary", "JSON"]
        ),
        module(
            "Gateway",
            uses: [
                "Policy", "Limits", "Transport", "Telemetry", "HTTPWire", "Crypto", "Inspection",
                "JSON", "Vocabulary",
            ]
        ),

        // Level 5
        program(
            "gatehouse",
            uses: [
                "Gateway", "Rules", "Policy", "JSON", "Transport", "Telemetry", "HTTPWire",
                "Crypto", "Vocabulary",
                "CLinux",
            ]
        ),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["Crypto", "Vocabulary"],
            path: "Tests/Support",
            swiftSettings: house
        ),
        // In this package, since a short run of it is one of the tests.
        .executableTarget(
            name: "soak",
            dependencies: ["TestSupport"],
            path: "Tests/Soak",
            swiftSettings: house
        ),
        tests("Vocabulary", of: ["Vocabulary"]),
        tests("JSON", of: ["JSON"]),
        tests("HTTPWire", of: ["HTTPWire", "Vocabulary"]),
        tests("Crypto", of: ["Crypto", "COpenSSL", "Vocabulary"]),
        tests("Inspection", of: ["Inspection", "JSON", "Vocabulary"]),
        tests("Telemetry", of: ["Telemetry", "JSON", "Vocabulary"]),
        tests("Transport", of: ["Transport", "HTTPWire", "Crypto", "Vocabulary", "CLinux"]),
        tests(
            "Gateway",
            of: [
                "Gateway", "Policy", "Limits", "Transport", "Telemetry", "HTTPWire", "Crypto",
                "Inspection", "JSON", "Vocabulary",
            ]
        ),
        tests("Policy", of: ["Policy", "Rules", "Vocabulary"], data: ["Faults"]),
        tests("Limits", of: ["Limits", "Vocabulary"]),
        tests(
            "Rules",
            of: ["Rules", "Policy", "Inspection", "HTTPWire", "JSON", "Vocabulary"],
            data: ["Corpus", "Example"]
        ),
        tests(
            "gatehouse",
            of: ["gatehouse", "Gateway", "Policy", "Crypto", "Transport", "Vocabulary"]
        ),
        tests("EndToEnd", of: ["Crypto", "Vocabulary"]),
        tests("Conformance", of: ["Vocabulary"], data: ["Corpora"]),
    ]
)
