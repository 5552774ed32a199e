// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the benchmark meets the program as an operator does, over sockets and /proc,
// and of its modules only the rules and the policy, which serve no socket. It reads nothing hostile and
// ships nowhere, so it may use Foundation and goes without strict memory safety.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "gatehouse", path: "../..")],
    targets: [
        .target(name: "CEpoll"),
        .systemLibrary(name: "CSSL"),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CEpoll", "CSSL", .product(name: "Rules", package: "gatehouse"),
            ],
            swiftSettings: settings
        ),
    ]
)
