import Policy
import Vocabulary

/// Routes that ask for no token.
extension Checker {
    mutating func checkPublic() {
        for (_, route) in routes {
            guard let open = route.open else { continue }
            checkReason(open, of: route)
            checkMethods(open, of: route)
        }
    }

    private mutating func checkReason(_ open: PublicItem, of route: RouteItem) {
        guard !open.tail.saysWhy else { return }
        say(
            Diagnostic(
                .publicWithoutReason,
                "`\(route.name.value)` is public and does not say why",
                at: open.at,
                "no token is asked for here"
            )
            .help("say why: `public because \"…\"`")
        )
    }

    private mutating func checkMethods(_ open: PublicItem, of route: RouteItem) {
        let named = Set(open.including.map(\.value))
        for method in open.including
        where !route.methods.contains(where: { $0.value == method.value }) {
            say(
                Diagnostic(
                    .unknownMethod,
                    "`\(route.name.value)` does not take \(method.value.rawValue)",
                    at: method.at,
                    "so it cannot be public for it"
                )
                .related(
                    route.name.at,
                    "it takes \(route.methods.map(\.value.rawValue).joined(separator: " "))"
                )
            )
        }
        let writing = route.methods.map(\.value).filter(\.writes)
        let unnamed = writing.filter { !named.contains($0) }
        if !unnamed.isEmpty {
            let list = unnamed.map(\.rawValue).joined(separator: " ")
            say(
                Diagnostic(
                    .publicWrites,
                    "`\(route.name.value)` lets strangers write",
                    at: open.at,
                    "no token needed, and \(list) \(unnamed.count == 1 ? "changes" : "change") things"
                )
                .help("if you mean it, name it: `public including \(list) because \"…\"`")
            )
        }
        guard !writing.isEmpty, unnamed.isEmpty,
            case .success(let pattern) = PathSyntax.read(route.path),
            pattern.isOpen || pattern.namesNothing
        else { return }
        say(
            Diagnostic(
                .publicWriteBelowWildcard,
                "`\(route.name.value)` lets strangers write to paths nobody has named",
                at: route.path.at,
                pattern.isOpen
                    ? "everything below is public too" : "any path of this length is meant"
            )
            .related(open.at, "no token is asked for")
            .help("make a route for each path that strangers may write to")
        )
    }
}

extension PathPattern {
    /// No segment is spelt out, so it is not one path of the site but all of them.
    fileprivate var namesNothing: Bool {
        !segments.isEmpty && segments.allSatisfy { if case .any = $0 { true } else { false } }
    }
}
