public import Policy
import Vocabulary

/// Faults that an author could make, planted one at a time in compiled rules to see whether a test notices.
///
/// Each loosens something that the rules hold tight, or takes away something that they grant. A fault that
/// no test notices is a sentence that could be lost in a merge, and nobody would know.
public struct RuleFaults {
    public struct Fault {
        /// What is wrong with the rules now: `limit sign_in: 5/m per ip, doubled`.
        public let text: String
        /// As `sites/api.gate:61`.
        public let place: String
        public let policy: Policy
    }

    private let policy: Policy
    private var plants: [(text: String, place: SourcePlace, plant: (inout Policy) -> Void)] = []

    public init(of policy: Policy) {
        self.policy = policy
        addLimits()
        addGatekeepers()
        addExclusions()
        addAllowances()
        addDoors()
        addInspection()
        addEverywhere()
        plants.sort { ($0.place.file, $0.place.line) < ($1.place.file, $1.place.line) }
    }

    public var count: Int { plants.count }

    public subscript(number: Int) -> Fault {
        var changed = policy
        plants[number].plant(&changed)
        let place = policy.text(of: plants[number].place)
        return Fault(text: plants[number].text, place: place, policy: changed)
    }

    private mutating func add(
        _ text: String,
        _ place: SourcePlace,
        _ plant: @escaping (inout Policy) -> Void
    ) {
        plants.append((text, place, plant))
    }

    /// Faults that no test of a plan notices.
    ///
    /// - progress: told after each how many have been tried.
    public func unnoticed(
        by plan: TestPlan,
        progress: (_ tried: Int, _ unnoticed: Int) -> Void = { _, _ in }
    ) -> [Fault] {
        var found: [Fault] = []
        var likely = 0
        for number in 0..<count {
            let fault = self[number]
            let (holds, failed) = plan.holds(under: fault.policy, firstTrying: likely)
            // Faults that stand side by side are often noticed by the same test.
            if holds { found.append(fault) } else { likely = failed }
            progress(number + 1, found.count)
        }
        return found
    }

    /// A fault in every route that a rule has been merged into.
    private mutating func addToRoutes(
        _ text: String,
        _ place: SourcePlace,
        _ change: @escaping (inout RouteDraft) -> Void
    ) {
        add(text, place) { policy in
            policy.routes = policy.routes.map { route in
                var draft = RouteDraft(route)
                change(&draft)
                return draft.route
            }
        }
    }

    /// Each rule once, though every route has its copy.
    private func each<Rule>(
        _ rules: (Route) -> [Rule],
        _ place: (Rule) -> SourcePlace
    ) -> [Rule] {
        var seen: Set<SourcePlace> = []
        return policy.routes.flatMap(rules).filter { seen.insert(place($0)).inserted }
    }
}

// MARK: What there is to get wrong

extension RuleFaults {
    private mutating func addLimits() {
        for (number, line) in policy.limitLines.enumerated() {
            let name = policy.limits[line.limit].name
            add("limit \(name): \(line.text) is doubled", line.place) { policy in
                policy.limitLines[number] = line.doubled
            }
            addToRoutes("limit \(name): \(line.text) is gone", line.place) { draft in
                draft.limits.removeAll { Int($0.line) == number }
            }
        }
        for (number, limit) in policy.limits.enumerated() {
            if case .letThrough = limit.fallback {
            } else {
                add("limit \(limit.name): lets through when Redis is down", limit.place) { policy in
                    policy.limits[number] = limit.changed(fallback: .letThrough)
                }
            }
            if case .requests = limit.counted {
            } else {
                add("limit \(limit.name): counts every request", limit.place) { policy in
                    policy.limits[number] = limit.changed(counted: .requests)
                }
            }
            if case .letThrough = limit.fallback {
                add("limit \(limit.name): refuses when Redis is down", limit.place) { policy in
                    policy.limits[number] = limit.changed(fallback: .refuse)
                }
            }
        }
    }

    private mutating func addGatekeepers() {
        for block in each(\.blocks, \.place) {
            addToRoutes("block \(block.name) is gone", block.place) { draft in
                draft.blocks.removeAll { $0.place == block.place }
            }
        }
        for admit in each(\.admits, \.place) {
            addToRoutes("admit \(admit.name) is gone", admit.place) { draft in
                draft.admits.removeAll { $0.place == admit.place }
            }
        }
    }

    private mutating func addExclusions() {
        for (_, exclusion) in each(\.exclusions.all, \.exclusion.place) {
            let place = exclusion.place
            addToRoutes("the exclusion is gone", place) { draft in
                draft.exclusions = draft.exclusions.without(place)
            }
            let all = policy.routes.flatMap(\.exclusions.all).filter { $0.exclusion.place == place }
            addToRoutes("the exclusion holds on every route", place) { draft in
                draft.exclusions = draft.exclusions.without(place)
                for (field, exclusion) in all { draft.exclusions.add(exclusion, for: field) }
            }
            let count = policy.signatureCount
            addToRoutes("the exclusion excuses every signature", place) { draft in
                let fields = draft.exclusions.all.filter { $0.exclusion.place == place }.map(
                    \.field
                )
                draft.exclusions = draft.exclusions.without(place)
                for field in fields {
                    draft.exclusions.add(exclusion.covering(count), for: field)
                }
            }
            if exclusion.until != .max {
                addToRoutes("the exclusion never ends", place) { draft in
                    var table = draft.exclusions.without(place)
                    for (field, one) in draft.exclusions.all where one.place == place {
                        table.add(one.endless(count), for: field)
                    }
                    draft.exclusions = table
                }
            }
        }
    }

    private mutating func addAllowances() {
        for allowance in each(\.allowances, \.place) {
            let place = allowance.place
            addToRoutes("the allowance is gone", place) { draft in
                draft.allowances.removeAll { $0.place == place }
            }
            addToRoutes("the allowance never ends", place) { draft in
                draft.allowances = draft.allowances.map { $0.place == place ? $0.endless : $0 }
            }
            let here = Set(
                policy.routes.filter { $0.allowances.contains { $0.place == place } }.map(\.name)
            )
            if here.count < policy.routes.count {
                addToRoutes("the allowance holds on every route", place) { draft in
                    draft.allowances.removeAll { $0.place == place }
                    draft.allowances.append(allowance)
                }
            }
        }
    }

    /// What routes ask of a caller, and what bodies they take.
    private mutating func addDoors() {
        for (number, route) in policy.routes.enumerated() {
            func change(
                _ text: String,
                _ place: SourcePlace,
                _ change: @escaping (inout RouteDraft) -> Void
            ) {
                add("route \(route.name): \(text)", place) { policy in
                    var draft = RouteDraft(policy.routes[number])
                    change(&draft)
                    policy.routes[number] = draft.route
                }
            }
            if !route.roles.isEmpty { change("asks for no role", route.place) { $0.roles = [] } }
            if let open = route.openness {
                change("is not public", open.place) { $0.openness = nil }
            } else {
                change("is public", route.place) { draft in
                    let reason = "a planted fault"
                    draft.openness = Openness(
                        methods: .all,
                        reason: reason,
                        until: .max,
                        place: draft.place
                    )
                }
            }
        }
    }

    private mutating func addInspection() {
        var seen: Set<SourcePlace> = []
        for route in policy.routes where seen.insert(route.inspection.place).inserted {
            let place = route.inspection.place
            func change(_ text: String, _ change: @escaping (inout InspectionTerms.Terms) -> Void) {
                addToRoutes("inspect \(text)", place) { draft in
                    guard draft.inspection.place == place else { return }
                    draft.inspection = draft.inspection.changed(change)
                }
            }
            let terms = route.inspection.periods.last?.terms ?? InspectionTerms.Terms()
            change("monitors every method") { terms in
                terms.monitored = .all
                terms.blocked = []
                terms.blockedKnownBad = []
            }
            change("blocks every method") { terms in
                terms.blocked = .all
                terms.blockedKnownBad = []
            }
            change("has twice the threshold") { $0.threshold *= 2 }
            if terms.jsonThreshold != nil {
                change("has one threshold for all") { $0.jsonThreshold = nil }
            }
        }
    }

    private mutating func addEverywhere() {
        for (number, pattern) in policy.closed.patterns.enumerated() {
            add("close \(pattern.text): is open", .none) { policy in
                var patterns = policy.closed.patterns
                patterns.remove(at: number)
                policy.closed = ClosedPaths(patterns)
            }
        }
        if let maintenance = policy.maintenance {
            add("maintenance does nothing", maintenance.place) { $0.maintenance = nil }
            if !maintenance.open.isEmpty {
                add("maintenance keeps nothing open", maintenance.place) { policy in
                    policy.maintenance = MaintenanceTerms(
                        file: maintenance.file,
                        answer: maintenance.answer,
                        open: [],
                        place: maintenance.place
                    )
                }
            }
        }
        if let kill = policy.killSwitch {
            add("the kill switch does nothing", kill.place) { $0.killSwitch = nil }
        }
        if let access = policy.access {
            add("`access by invitation` is gone", access.place) { $0.access = nil }
        }
        for (number, site) in policy.sites.enumerated() where site.cors != nil {
            add("cors: no origin is listed", site.cors?.place ?? .none) { policy in
                policy.sites[number] = site.withoutCORS
            }
        }
    }
}
