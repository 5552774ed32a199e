import Policy
import Vocabulary

/// Which route a path belongs to, and whether every reader would say the same.
extension Checker {
    typealias Way = Declarations.Way

    mutating func checkRoutes() {
        for (_, route) in routes {
            if case .failure(let diagnostic) = PathSyntax.read(route.path) { say(diagnostic) }
            if route.methods.contains(where: { $0.value == .options }) {
                let at = route.methods.first { $0.value == .options }?.at ?? route.at
                say(
                    Diagnostic(
                        .unknownMethod,
                        "no route takes OPTIONS",
                        at: at,
                        "preflights are answered before any route is chosen"
                    )
                    .help("delete it, and let `cors` say who may ask")
                )
            }
        }
        let closed = closedPatterns()
        for ways in declared.waysBySite {
            for way in ways { checkReachable(way, closed) }
            checkOverlaps(ways)
        }
        checkSends()
    }

    private mutating func closedPatterns() -> [(path: Name, pattern: PathPattern)] {
        var found: [(Name, PathPattern)] = []
        for item in program.closed {
            switch PathSyntax.read(item.path) {
            case .success(let pattern): found.append((item.path, pattern))
            case .failure(let diagnostic): say(diagnostic)
            }
        }
        return found
    }

    private mutating func checkReachable(_ way: Way, _ closed: [(path: Name, pattern: PathPattern)])
    {
        let lowered = way.pattern.lowercased
        guard let close = closed.first(where: { $0.pattern.lowercased.holds(lowered) }) else {
            return
        }
        say(
            Diagnostic(
                .unreachableRoute,
                "route `\(way.route.name.value)` can never be reached",
                at: way.route.path.at,
                "this path is closed everywhere"
            )
            .related(close.path.at, "closed here, and a closed path cannot be reopened")
            .help("delete the route")
        )
    }

    private mutating func checkOverlaps(_ all: [Way]) {
        var first: [PathPattern: Way] = [:]
        var ways: [Way] = []
        for way in all {
            if let earlier = first[way.pattern] {
                sayTwice(way, earlier)
            } else {
                first[way.pattern] = way
                ways.append(way)
            }
        }
        var settled = Set(first.keys)
        guard let pairs = Meetings.pairs(of: ways.map(\.pattern)) else {
            say(
                Diagnostic(
                    .tooLarge,
                    "the routes of this site share more paths than can be compared",
                    at: ways[0].site.at,
                    "which of them owns a path cannot be told"
                )
                .help("name the first segments of their paths, and use `**` less")
            )
            return
        }
        for (one, two) in pairs { compare(ways[one], ways[two], &settled) }
    }

    /// The first of them stands before the other in the files.
    private mutating func compare(_ way: Way, _ other: Way, _ settled: inout Set<PathPattern>) {
        switch way.pattern.relation(to: other.pattern) {
        case .apart, .same: return
        case .inside: noteMethods(of: way, insteadOf: other)
        case .around: noteMethods(of: other, insteadOf: way)
        case .overlapping:
            // A route for just what they share owns it; where there is none, it is asked for once.
            guard let shared = way.pattern.intersection(other.pattern),
                settled.insert(shared).inserted
            else { return }
            sayOverlap(way, other)
        }
    }

    private mutating func sayTwice(_ way: Way, _ earlier: Way) {
        say(
            Diagnostic(
                .sameRouteTwice,
                "`\(way.route.name.value)` and `\(earlier.route.name.value)` are the same route",
                at: way.route.path.at,
                "these are the same paths"
            )
            .related(earlier.route.path.at, "as these")
            .help("put their methods into one route")
        )
    }

    private mutating func sayOverlap(_ one: Way, _ two: Way) {
        let isLater =
            (one.route.path.at.file, one.route.path.at.start) > (
                two.route.path.at.file, two.route.path.at.start
            )
        let (later, earlier) = isLater ? (one, two) : (two, one)
        guard let shared = later.pattern.intersection(earlier.pattern) else { return }
        let methods = later.methods.union(earlier.methods).sorted().map(\.rawValue).joined(
            separator: " "
        )
        say(
            Diagnostic(
                .overlappingRoutes,
                "routes `\(earlier.route.name.value)` and `\(later.route.name.value)` both want \(shared.witness())",
                at: later.route.path.at,
                "this path"
            )
            .related(earlier.route.path.at, "and this path")
            .note("neither is more specific than the other, and order does not decide here")
            .help("add a route for the part they share: `route … \(methods) \(shared.text)`")
        )
    }

    /// The inner route owns its paths for every method, those it does not list included.
    private mutating func noteMethods(of inner: Way, insteadOf outer: Way) {
        let lost = outer.methods.subtracting(inner.methods)
        guard !lost.isEmpty else { return }
        let list = lost.sorted().map(\.rawValue).joined(separator: " ")
        say(
            Diagnostic(
                .methodAnswered405,
                "\(list) \(inner.pattern.witness()) is answered 405",
                at: inner.route.path.at,
                "`\(inner.route.name.value)` owns this path and does not list \(list)"
            )
            .related(
                outer.route.path.at,
                "`\(outer.route.name.value)` would take it, but is less specific"
            )
        )
    }

    /// A route has to lead somewhere.
    private mutating func checkSends() {
        for (site, route) in routes {
            if let redirect = route.redirect, let send = route.scope.send {
                say(
                    Diagnostic(
                        .saidTwice,
                        "`\(route.name.value)` leads to two places",
                        at: redirect.target.at,
                        "who asks is sent elsewhere"
                    )
                    .related(send.at, "and the request goes here")
                    .help("keep `redirect to` or `send to`")
                )
            }
            let leads =
                route.redirect != nil || route.scope.send != nil || site.scope.send != nil
                || program.everywhere.send != nil
            guard !leads, !site.isBroken, !mayBeUnread("send") else { continue }
            say(
                Diagnostic(
                    .incompleteStatement,
                    "route `\(route.name.value)` leads nowhere",
                    at: route.name.at,
                    "no `send to` here, nor in its site"
                )
                .help("say `send to NAME` in the route or in the site")
            )
        }
    }
}

extension PathPattern {
    var lowercased: PathPattern {
        PathPattern(
            segments: segments.map { segment in
                guard case .literal(let text) = segment else { return segment }
                return .literal(text.lowercased())
            },
            isOpen: isOpen
        )
    }
}
