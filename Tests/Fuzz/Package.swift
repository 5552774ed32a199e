// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// One target: what it is given, and what must hold of it.
func target(_ name: String, uses more: [Target.Dependency] = ["Oracles"]) -> Target {
    .executableTarget(name: name, dependencies: ["Fuzzer"] + more, swiftSettings: settings)
}

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "gatehouse", path: "../..")],
    targets: [
        target("FuzzHead"),
        target("FuzzFraming"),
        target("FuzzChunked"),
        target("FuzzTarget"),
        target("FuzzProxyHeader"),
        target("FuzzCertificate", uses: [.product(name: "Crypto", package: "gatehouse")]),
        target("FuzzRules", uses: ["RulesOracles"]),
        target("FuzzJudgement", uses: ["RulesOracles"]),
        .systemLibrary(name: "CFuzzer"),
        .target(name: "Fuzzer", dependencies: ["CFuzzer"], swiftSettings: settings),
        // A link to the oracles of HTTPWireTests: a package may not name what lies outside of it.
        .target(
            name: "Oracles",
            dependencies: [.product(name: "HTTPWire", package: "gatehouse")],
            swiftSettings: settings
        ),
        // And one to those of RulesTests.
        .target(
            name: "RulesOracles",
            dependencies: [.product(name: "Rules", package: "gatehouse")],
            swiftSettings: settings
        ),
    ]
)
