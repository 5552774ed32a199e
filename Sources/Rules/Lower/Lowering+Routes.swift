import Policy
import Vocabulary

/// Routes, each with everything that applies to it, from every scope.
extension Lowering {
    /// What a scope gives its routes, what is around it included.
    ///
    /// - pattern: the path, where the scope is a route's.
    mutating func bestowal(
        of scope: ScopeItem,
        over outer: Bestowal,
        _ pattern: PathPattern?
    ) -> Bestowal {
        var own = Bestowal()
        for block in scope.blocks { add(.block(block), to: &own, pattern) }
        for admit in scope.admits { add(.admit(admit), to: &own, pattern) }
        for limit in scope.limits where limit.routes == nil { own.limits += uses(of: limit) }
        for item in scope.allowances where item.routes == nil { own.allowances.append(lower(item)) }
        own.headers = HeaderChoice(scope.headers)
        own.inspections = scope.inspections
        var sum = outer.adding(own)
        if !own.inspections.isEmpty { sum.inspection = terms(of: sum.inspections) }
        return sum
    }

    /// What routes are given by name: a limit, an exclusion or an allowance that says `on`.
    mutating func bestowByName() {
        for (scope, _, route) in declared.scopes {
            for limit in scope.limits where limit.routes != nil {
                let uses = uses(of: limit)
                bestow(on: limit.routes) { $0.limits += uses }
            }
            for item in scope.allowances where item.routes != nil {
                let allowance = lower(item)
                bestow(on: item.routes) { $0.allowances.append(allowance) }
            }
            for item in scope.exclusions {
                let exclusion = lower(item)
                bestow(on: item.routes ?? route.map { [$0.name] }) { given in
                    for field in item.fields { given.exclusions.add(exclusion, for: field.value) }
                }
            }
        }
    }

    private mutating func bestow(on routes: [Name]?, _ give: (inout Bestowal) -> Void) {
        for name in Set((routes ?? []).map(\.value)) { give(&named[name, default: Bestowal()]) }
    }

    private mutating func add(
        _ item: Bestowal.Segmented,
        to given: inout Bestowal,
        _ pattern: PathPattern?
    ) {
        guard pattern != nil || !item.asksSegments else {
            given.segmented.append(item)
            return
        }
        switch item {
        case .block(let block):
            given.blocks.append(
                Gatekeeper(
                    name: block.name.value,
                    question: question(block.condition, pattern, asksEvery: false),
                    answer: nil,
                    place: place(block.at)
                )
            )
        case .admit(let admit):
            given.admits.append(
                Gatekeeper(
                    name: admit.name.value,
                    question: question(admit.condition, pattern, asksEvery: true),
                    answer: admit.answer.map { lower($0) },
                    place: place(admit.at)
                )
            )
        }
    }

    mutating func lower(_ way: Declarations.Way, in site: Int, _ outer: Bestowal) -> Route {
        let item = way.route
        var given = outer
        if !outer.segmented.isEmpty {
            var own = Bestowal()
            for item in outer.segmented { add(item, to: &own, way.pattern) }
            given = given.adding(own)
        }
        if let own = named[item.name.value] { given = given.adding(own) }
        if !item.scope.isEmpty { given = bestowal(of: item.scope, over: given, way.pattern) }
        checkAllowances(given, of: item)
        let around = [item.scope, way.site.scope, program.everywhere]
        return Route(
            name: item.name.value,
            site: site,
            pattern: way.pattern,
            methods: MethodSet(way.methods),
            place: place(item.at),
            destination: destination(of: item, around),
            openness: item.open.map { lower($0, of: item) },
            roles: (item.roles?.value ?? []).map(\.value).sorted(),
            accept: around.lazy.compactMap(\.accept).first.map { lower($0) } ?? AcceptTerms(),
            headers: given.headers.rules,
            blocks: given.blocks,
            admits: given.admits,
            limits: given.limits,
            allowances: given.allowances,
            inspection: given.inspection,
            exclusions: given.exclusions,
            timeoutMilliseconds: timeout(of: item, around),
            allowsUpgrade: item.websocket != nil,
            rank: item.priority?.value
        )
    }

    /// The nearest that is said; else what the upstream is given everywhere.
    private func timeout(of route: RouteItem, _ around: [ScopeItem]) -> Int? {
        if let nearest = around.lazy.compactMap(\.timeout).first {
            return nearest.value.milliseconds
        }
        guard route.redirect == nil, let send = around.lazy.compactMap(\.send).first else {
            return nil
        }
        let upstream = program.upstreams.first { $0.name.value == send.value }
        return upstream?.timeout?.value.milliseconds
    }

    private func destination(of route: RouteItem, _ around: [ScopeItem]) -> Route.Destination {
        if let redirect = route.redirect {
            // 308 keeps the method and its body; a browser may not turn a POST into a GET unasked.
            return .redirect(location: redirect.target.value, status: redirect.status?.value ?? 308)
        }
        let send = around.lazy.compactMap(\.send).first?.value ?? ""
        return .upstream(upstreamNumbers[send] ?? 0)
    }

    /// Reading needs no word; a method that writes is open where it is named.
    private func lower(_ open: PublicItem, of route: RouteItem) -> Openness {
        let reading = RuleMethod.answered(by: route.methods).filter { !$0.writes }
        return Openness(
            methods: MethodSet(reading.union(open.including.map(\.value))),
            reason: open.tail.because?.value ?? "",
            until: Self.end(of: open.tail),
            place: place(open.at)
        )
    }

    private func lower(_ accept: AcceptItem) -> AcceptTerms {
        var kinds = AcceptTerms.Kinds()
        for kind in accept.kinds {
            switch kind.value {
            case .json: kinds.insert(.json)
            case .form: kinds.insert(.form)
            case .multipart: kinds.insert(.multipart)
            case .xml: kinds.insert(.xml)
            case .text: kinds.insert(.text)
            case .bytes: kinds.insert(.bytes)
            }
        }
        return AcceptTerms(
            kinds: kinds,
            byteMax: accept.byteMax?.value ?? 0,
            place: place(accept.at)
        )
    }
}

extension ScopeItem {
    /// It gives its routes nothing that adds up.
    fileprivate var isEmpty: Bool {
        blocks.isEmpty && admits.isEmpty && limits.isEmpty && allowances.isEmpty && headers.isEmpty
            && inspections.isEmpty
    }
}

extension Bestowal.Segmented {
    fileprivate var asksSegments: Bool {
        switch self {
        case .block(let block): block.condition.asksSegments
        case .admit(let admit): admit.condition.asksSegments
        }
    }
}

extension Duration {
    /// Whole milliseconds, as far as a machine counts.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) * 1000 + Int(clamping: attoseconds / 1_000_000_000_000_000)
    }
}
