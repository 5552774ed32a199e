import Policy
import Vocabulary

/// Whether each exclusion is still needed: its capture is replayed with it and without it.
///
/// Only inspection is asked. A capture that was scrubbed has no token, and one that is replayed ten times
/// would spend limits, so whoever else could refuse is made to let it through.
enum Proofs {
    /// What is to be said of the exclusions of a program that hold at this moment.
    static func run(
        _ program: Program,
        _ sources: Sources,
        under policy: Policy,
        in files: some Files,
        now: Int64
    ) -> [Diagnostic] {
        var library = CaptureLibrary(sources, files)
        var found: [Diagnostic] = []
        let alone = policy.inspectionAlone
        for exclusion in program.exclusions {
            guard let proof = exclusion.tail.proved,
                exclusion.tail.until.map({ now < $0.value.end }) ?? true,
                // What cannot be read is said elsewhere.
                let capture = try? library.capture(proof)
            else { continue }
            let place = sources.place(of: exclusion.at)
            let requests = capture.requests.compactMap { TestRequest($0) }
            let with = judge(requests, alone, now)
            if let stopped = with.first(where: { !$0.isQuiet }) {
                found.append(Self.notEnough(proof, exclusion, stopped))
                continue
            }
            let routes = Set(with.map(\.route).filter { $0 >= 0 })
            let without = judge(requests, alone.without(exclusionAt: place, onRoutes: routes), now)
            if without.allSatisfy(\.isQuiet) { found.append(Self.notNeeded(proof, exclusion)) }
        }
        return found
    }

    private static func judge(
        _ requests: [TestRequest],
        _ policy: Policy,
        _ now: Int64
    ) -> [Outcome] {
        var world = TestWorld(now: now)
        return requests.map { world.send($0, under: policy) }
    }

    private static func notEnough(
        _ proof: Name,
        _ exclusion: ExclusionItem,
        _ outcome: Outcome
    ) -> Diagnostic {
        let found = Set(
            outcome.found.filter { $0.standing != .excused }.map { "\($0.id) in \($0.field)" }
        )
        let what =
            found.isEmpty
            ? "a request in it was \(outcome.verdict)" : found.sorted().joined(separator: ", ")
        return Diagnostic(
            .exclusionNotEnough,
            "`\(proof.value)` is not clean with this exclusion",
            at: exclusion.at.verb,
            found.isEmpty
                ? "it does not let its own proof through" : "it does not excuse all that is found"
        )
        .related(proof.at, found.isEmpty ? what : "found here: " + what)
        .help("exclude what is found in it too, or prove it with a capture of what it is for")
    }

    private static func notNeeded(_ proof: Name, _ exclusion: ExclusionItem) -> Diagnostic {
        Diagnostic(
            .exclusionNotNeeded,
            "this exclusion is no longer needed",
            at: exclusion.at.verb,
            "its proof is clean without it"
        )
        .related(proof.at, "nothing is found in here any more")
        .help("delete the exclusion; the capture can stay as a test: `expect every request clean`")
    }
}

extension Outcome {
    /// It went through, and nothing was found that is not excused.
    fileprivate var isQuiet: Bool { refusal == nil && monitored.isEmpty }
}

extension Program {
    var exclusions: [ExclusionItem] {
        everywhere.exclusions
            + sites.flatMap { $0.scope.exclusions + $0.routes.flatMap(\.scope.exclusions) }
    }
}

extension SourceRange {
    /// The first word of `exclude …`.
    fileprivate var verb: SourceRange { SourceRange(file: file, start..<min(start + 7, end)) }
}

extension Policy {
    /// The same rules with nobody in the way of inspection.
    fileprivate var inspectionAlone: Policy {
        var policy = self
        policy.access = nil
        policy.routes = routes.map { route in
            var changed = RouteDraft(route)
            changed.openness = Openness(
                methods: .all,
                reason: "inspection alone is asked",
                until: .max,
                place: route.place
            )
            changed.roles = []
            changed.blocks = []
            changed.admits = []
            changed.limits = []
            return changed.route
        }
        return policy
    }

    /// Only the routes that are asked for are changed: there may be ten thousand, and as many proofs.
    fileprivate func without(exclusionAt place: SourcePlace, onRoutes numbers: Set<Int>) -> Policy {
        var policy = self
        for number in numbers {
            var changed = RouteDraft(routes[number])
            changed.exclusions = changed.exclusions.without(place)
            policy.routes[number] = changed.route
        }
        return policy
    }
}
