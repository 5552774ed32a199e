import Inspection
import Policy
import Vocabulary

/// Says which promises are broken: where it was promised, what breaks it, and a request that shows it.
///
/// The policy says whether; the text says who. What one exception does to many routes is said once.
struct PromiseChecks {
    let program: Program
    let declared: Declarations
    let sources: Sources
    let policy: Policy
    let now: Int64
    var diagnostics: Diagnostics

    init(_ policy: Policy, _ lowering: Lowering<some Files>, now: Int64) {
        self.policy = policy
        self.now = now
        program = lowering.program
        declared = lowering.declared
        sources = lowering.sources
        diagnostics = lowering.diagnostics
    }

    mutating func run() {
        guard !program.promises.isEmpty else { return }
        let prover = Prover(policy, now: now)
        for promise in program.promises {
            switch promise.claim {
            case .closed(let paths): checkClosed(paths, promise, prover)
            case .token(let methods, let except):
                let claim = Claim.token(.answered(by: methods), except: Set(except.map(\.value)))
                say(prover.breaches(of: claim).map { ($0, tell($0, promise)) })
            case .limit(let methods, let except):
                let claim = Claim.limit(.answered(by: methods), except: Set(except.map(\.value)))
                say(prover.breaches(of: claim).map { ($0, tell($0, promise)) })
            case .inspect(let classes, let except):
                checkInspected(classes, except, promise, prover)
            }
        }
    }

    // MARK: Once for each culprit

    /// Breaches with the same culprit are one: the first request shows it, and the rest are named.
    private mutating func say(_ breaches: [(Breach, Diagnostic)]) {
        var told: [(diagnostic: Diagnostic, route: Int, others: [String])] = []
        var places: [[SourceRange]: Int] = [:]
        // As a reader goes through the text.
        let sorted = breaches.sorted { one, two in
            let (a, b) = (policy.routes[one.0.route].place, policy.routes[two.0.route].place)
            return (a.file, a.line) < (b.file, b.line)
        }
        for (breach, diagnostic) in sorted {
            let culprits = diagnostic.related.map(\.at)
            if let index = places[culprits] {
                let name = "`\(policy.routes[breach.route].name)`"
                if breach.route != told[index].route, !told[index].others.contains(name) {
                    told[index].others.append(name)
                }
                continue
            }
            places[culprits] = told.count
            told.append((diagnostic, breach.route, []))
        }
        for (diagnostic, _, others) in told {
            guard !others.isEmpty else {
                diagnostics.add(diagnostic)
                continue
            }
            let named = others.prefix(5).joined(separator: ", ")
            let rest = others.count > 5 ? " and \(others.count - 5) more routes" : ""
            diagnostics.add(diagnostic.note("the same is true of \(named)\(rest)"))
        }
    }

    func broken(_ id: DiagnosticID, _ what: String, _ promise: PromiseItem) -> Diagnostic {
        Diagnostic(id, "a promise is broken: \(what)", at: promise.at, "promised here")
    }

    // MARK: Closed

    private mutating func checkClosed(_ paths: [Name], _ promise: PromiseItem, _ prover: Prover) {
        for path in paths {
            switch PathSyntax.read(path) {
            case .failure(let diagnostic): diagnostics.add(diagnostic)
            case .success(let pattern):
                let breaches = prover.breaches(of: .closed(pattern))
                say(breaches.map { ($0, tellServed($0, promise, path)) })
            }
        }
    }

    private func tellServed(_ breach: Breach, _ promise: PromiseItem, _ path: Name) -> Diagnostic {
        broken(.promisedClosed, "\(words(breach)) is served", promise)
            .related(place(of: breach), "`\(name(breach))` answers there")
            .note(example(breach))
            .help("close it: `gateway { close \(path.value) }`")
    }

    // MARK: Token and limit

    private func tell(_ breach: Breach, _ promise: PromiseItem) -> Diagnostic {
        let route = declared.route(name(breach))
        switch breach.cause {
        case .open:
            return broken(.promisedToken, "\(words(breach)) needs no token", promise)
                .related(route?.open?.at ?? place(of: breach), "`\(name(breach))` is public")
                .note(example(breach))
        case .skipped(let allowances, let limit):
            return tellSkipped(breach, promise, allowances, limit)
        case .uncounted(let line):
            let (at, keys) = place(ofLine: line)
            let who = breach.caller == .stranger ? "strangers" : "a token that names no user"
            return broken(.promisedLimit, "\(words(breach)) has no limit for \(who)", promise)
                .related(at, "this counts only requests that have \(keys)")
                .note(example(breach))
                .help("add `or ip`: every request has an address")
        default:
            return broken(.promisedLimit, "\(words(breach)) has no limit", promise)
                .related(
                    route?.name.at ?? place(of: breach),
                    "no limit holds for \(breach.method.word ?? "it") here"
                )
                .note(example(breach))
        }
    }

    private func tellSkipped(
        _ breach: Breach,
        _ promise: PromiseItem,
        _ allowances: [Int],
        _ limit: Int
    ) -> Diagnostic {
        let route = policy.routes[breach.route]
        let items = allowances.map { route.allowances[$0] }
        let who = items.map { subject(of: $0, breach) }.joined(separator: " and ")
        let counting = Set(items.flatMap(\.skips.limits)).intersection(
            route.limits.filter { $0.methods.contains(breach.method) }
                .map { policy.limitLines[Int($0.line)].limit }
        )
        var diagnostic = broken(.promisedLimit, "\(words(breach)) has no limit for \(who)", promise)
        for item in items {
            for name in skips(of: item)
            where counting.contains(where: { policy.limits[$0].name == name.value }) {
                let label =
                    counting.count == 1
                    ? "this skips the only limit `\(route.name)` has"
                    : "this skips `\(name.value)`"
                diagnostic = diagnostic.related(name.at, label)
            }
        }
        return diagnostic.note(example(breach, items))
    }

    // MARK: Inspection

    private mutating func checkInspected(
        _ classes: [Name],
        _ except: [(subject: Name, fields: [Name])],
        _ promise: PromiseItem,
        _ prover: Prover
    ) {
        let known =
            Checker.shippedClasses + program.classes.map(\.name.value)
            + policy.signatures.signatures.map(\.attackClass)
        for name in classes {
            guard known.contains(name.value) else {
                diagnostics.add(
                    Diagnostic(
                        .promisedInspection,
                        "a promise is broken: nobody looks for `\(name.value)`",
                        at: name.at,
                        Nearest.to(name.value, among: known).map { "did you mean `\($0)`?" }
                            ?? "there is no such class"
                    )
                    .related(promise.at, "promised here")
                )
                continue
            }
            let fields = except.filter { $0.subject.value == name.value }.flatMap(\.fields)
            let claim = Claim.inspect(name.value, except: Set(fields.map(\.value)))
            say(prover.breaches(of: claim).map { ($0, tell($0, promise, of: name.value)) })
        }
    }

    private func tell(_ breach: Breach, _ promise: PromiseItem, of name: String) -> Diagnostic {
        let route = policy.routes[breach.route]
        switch breach.cause {
        case .excused(let field, _, let place):
            let at = exclusion(at: place)?.fields.first { $0.value == field }?.at
            let what = "\(name) in \(field) is excused on `\(route.name)`"
            return broken(.promisedInspection, what, promise)
                .related(at ?? self.place(of: breach), "excused here")
                .note(example(breach))
                .help(
                    "say so in the promise, `except \(name) in \(field)`, or delete the exclusion"
                )
        case .unblocked(let number):
            let item = route.allowances[number]
            let at = skips(of: item).first { $0.value == "blocking" }?.at
            let what = "\(name) from \(subject(of: item, breach)) passes on `\(route.name)`"
            return broken(.promisedInspection, what, promise)
                .related(at ?? self.place(of: breach), "what is found is only recorded")
                .note(example(breach, [item]))
        default: return broken(.promisedInspection, name, promise)
        }
    }
}
