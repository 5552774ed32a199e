import Inspection
public import Policy

/// What the tests of a run touched.
public struct Coverage: Sendable {
    private var routes: Set<Int> = []
    private var limits: Set<Int> = []
    private var signatures: Set<Int> = []
    /// Where rules stand that decided or excused something.
    private var places: Set<SourcePlace> = []

    init() {}

    mutating func note(_ outcome: Outcome, _ policy: borrowing Policy) {
        if outcome.route >= 0 { routes.insert(outcome.route) }
        limits.formUnion(outcome.limits)
        signatures.formUnion(outcome.signatures)
        for line in outcome.lines where line.place != .none { places.insert(line.place) }
        if let place = outcome.refusal?.place, place != .none { places.insert(place) }
    }

    /// Something that no test touched.
    public struct Gap: Sendable, Equatable {
        /// `route`, `limit`, `exclude`, `allow`, `public`, `block`, `admit` or `signature`.
        public let kind: String
        public let name: String
        /// As `sites/api.gate:61`; empty for nowhere.
        public let place: String
    }

    /// Every route, limit, exception and signature that no test touched, in the order of the files.
    public func gaps(in policy: Policy, _ program: Program, _ sources: Sources) -> [Gap] {
        var gaps: [(SourcePlace, Gap)] = []
        func add(_ kind: String, _ name: String, _ place: SourcePlace) {
            gaps.append((place, Gap(kind: kind, name: name, place: policy.text(of: place))))
        }
        for (number, route) in policy.routes.enumerated() where !routes.contains(number) {
            add("route", route.name, route.place)
        }
        for (number, limit) in policy.limits.enumerated() where !limits.contains(number) {
            add("limit", limit.name, limit.place)
        }
        let items = Dictionary(
            program.signatures.map { ($0.id.value, $0.at) },
            uniquingKeysWith: { first, _ in first }
        )
        for (number, signature) in policy.signatures.signatures.enumerated()
        where !signatures.contains(number) {
            let place = items[signature.id].map(sources.place) ?? .none
            add("signature", signature.id, place)
        }
        for exception in Self.exceptions(of: program) {
            let place = sources.place(of: exception.at)
            if !places.contains(place) { add(exception.kind, exception.name, place) }
        }
        return gaps.sorted { ($0.0.file, $0.0.line) < ($1.0.file, $1.0.line) }.map(\.1)
    }

    private static func exceptions(
        of program: Program
    ) -> [(kind: String, name: String, at: SourceRange)] {
        var found: [(kind: String, name: String, at: SourceRange)] = []
        func take(_ scope: ScopeItem) {
            for item in scope.exclusions {
                let fields = item.fields.map(\.value).joined(separator: ", ")
                let subjects = item.subjects.map(\.value).joined(separator: ", ")
                found.append(("exclude", "\(subjects) from \(fields)", item.at))
            }
            for item in scope.allowances {
                found.append(("allow", item.skips.map(\.value).joined(separator: ", "), item.at))
            }
            for item in scope.blocks { found.append(("block", item.name.value, item.at)) }
            for item in scope.admits { found.append(("admit", item.name.value, item.at)) }
        }
        take(program.everywhere)
        for site in program.sites {
            take(site.scope)
            for route in site.routes {
                take(route.scope)
                if let open = route.open { found.append(("public", route.name.value, open.at)) }
            }
        }
        return found
    }
}
