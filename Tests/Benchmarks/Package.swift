// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing here can reach the gateway's modules: the benchmark meets
// the program only as an operator does, over sockets and /proc. It reads nothing hostile and ships
// nowhere, so it may use Foundation and goes without strict memory safety.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    targets: [
        .target(name: "CEpoll"),
        .systemLibrary(name: "COpenSSL"),
        .executableTarget(
            name: "bench",
            dependencies: ["CEpoll", "COpenSSL"],
            swiftSettings: settings
        ),
    ]
)
