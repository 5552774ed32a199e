import Policy
import Vocabulary

/// How hard is looked, and what a lenient threshold costs.
extension Checker {
    mutating func checkInspection() {
        for (scope, _, _) in scopes {
            checkMethods(scope.inspections)
            checkThresholds(scope.inspections)
            for inspection in scope.inspections {
                for threshold in inspection.thresholds { check(threshold, of: inspection) }
                for id in inspection.knownBad { checkKnown(id) }
            }
        }
        checkLoosening()
        checkCovered()
    }

    private mutating func checkMethods(_ inspections: [InspectionItem]) {
        var seen: [RuleMethod: SourceRange] = [:]
        for (_, methods) in inspections.flatMap(\.modes) {
            for method in methods {
                if let earlier = seen[method.value] {
                    say(
                        Diagnostic(
                            .saidTwice,
                            "the mode of \(method.value.rawValue) is said twice",
                            at: method.at,
                            "again here"
                        )
                        .related(earlier, "and said here already")
                        .help("a method is either watched or blocked")
                    )
                } else {
                    seen[method.value] = method.at
                }
            }
        }
    }

    /// Within one block they have been compared already.
    private mutating func checkThresholds(_ inspections: [InspectionItem]) {
        var seen: [String: SourceRange] = [:]
        for threshold in inspections.flatMap(\.thresholds) {
            let kind = threshold.kind?.value ?? ""
            guard let earlier = seen[kind] else {
                seen[kind] = threshold.points.at
                continue
            }
            say(
                Diagnostic(
                    .saidTwice,
                    "this threshold is said twice",
                    at: threshold.points.at,
                    "again here"
                )
                .related(earlier, "and said here already")
                .help("order does not decide here: keep one of them")
            )
        }
    }

    private mutating func check(
        _ threshold: InspectionItem.Threshold,
        of inspection: InspectionItem
    ) {
        let base = inspection.thresholds.first { $0.kind == nil }?.points.value ?? baseThreshold
        if let kind = threshold.kind, !["json", "form", "multipart"].contains(kind.value) {
            say(
                Diagnostic(
                    .unknownType,
                    "there is no threshold for `\(kind.value)`",
                    at: kind.at,
                    Nearest.hint(to: kind.value, among: ["json", "form", "multipart"])
                )
            )
            return
        }
        let points = threshold.points.value
        guard let kind = threshold.kind, points > 5, points > base else { return }
        let critical = program.signatures.filter { $0.severity?.value == .critical }
        let affected = critical.filter { item in
            item.knownBad == nil && !inspection.knownBad.contains { $0.value == item.id.value }
                && item.places.contains { Self.split($0.value).place == kind.value }
        }
        let ids = affected.map(\.id.value).joined(separator: ", ")
        let label = kind.value.uppercased()
        say(
            Diagnostic(
                .raisedThreshold,
                "at \(points) points, one critical finding in a \(label) value no longer blocks by itself",
                at: threshold.points.at,
                "a critical finding is worth 5"
            )
            .note(
                "known-bad signatures still block at once; \(affected.count) of \(critical.count) critical signatures here are affected\(ids.isEmpty ? "" : ": " + ids)"
            )
            .note(
                "only points found inside \(label) values enjoy this: the same request's path, query, headers and cookies keep the threshold of \(base)"
            )
        )
    }

    private var baseThreshold: Int {
        program.everywhere.inspections.flatMap(\.thresholds).first { $0.kind == nil }?.points.value
            ?? 5
    }

    private mutating func checkKnown(_ id: Name) {
        guard names.place(id.value, of: .signature) == nil,
            program.imports.isEmpty || !id.value.hasPrefix("CRS_")
        else { return }
        let known = names.all(.signature)
        say(
            Diagnostic(
                .unknownClass,
                "there is no signature `\(id.value)`",
                at: id.at,
                Nearest.to(id.value, among: known).map { "did you mean `\($0)`?" } ?? ""
            )
        )
    }

    // MARK: Loosening

    /// An inner scope may be stricter for nothing, and laxer for a reason; the outermost is measured
    /// by what holds where nothing is said.
    private mutating func checkLoosening() {
        let outer = program.everywhere.inspections
        for (scope, site, route) in scopes {
            let around = route == nil ? outer : outer + (site?.scope.inspections ?? [])
            let above = site == nil ? [] : around
            for inspection in scope.inspections where !inspection.tail.saysWhy {
                let what =
                    site == nil
                    ? Self.loosenedEverywhere(inspection) : loosened(inspection, against: above)
                guard let what else { continue }
                say(
                    Diagnostic(
                        .noReason,
                        site == nil
                            ? "this `inspect` is laxer than none at all, and does not say why"
                            : "this `inspect` is laxer than the one around it, and does not say why",
                        at: what.at,
                        what.label
                    )
                    .help("add `because \"…\"` and `until DATE`: `inspect because \"…\" { … }`")
                )
            }
        }
    }

    /// Reads may be watched for nothing, and bodies have a threshold of their own; writes are blocked.
    private static func loosenedEverywhere(
        _ inspection: InspectionItem
    ) -> (at: SourceRange, label: String)? {
        for (mode, methods) in inspection.modes where mode != .block {
            guard let method = methods.first(where: { $0.value.writes }) else { continue }
            return (method.at, "\(method.value.rawValue) is blocked where nothing is said")
        }
        for threshold in inspection.thresholds
        where threshold.kind == nil && threshold.points.value > 5 {
            return (threshold.points.at, "it is 5 where nothing is said")
        }
        return nil
    }

    private func loosened(
        _ inspection: InspectionItem,
        against outer: [InspectionItem]
    ) -> (at: SourceRange, label: String)? {
        for (mode, methods) in inspection.modes {
            for method in methods {
                guard let before = Self.mode(of: method.value, in: outer),
                    mode.strictness < before.strictness
                else { continue }
                return (method.at, "\(method.value.rawValue) is blocked around here")
            }
        }
        for threshold in inspection.thresholds {
            let before = outer.flatMap(\.thresholds).last {
                $0.kind?.value == threshold.kind?.value
            }
            // A kind that has no threshold of its own has that of all.
            let base = outer.flatMap(\.thresholds).last { $0.kind == nil }
            let points = before?.points.value ?? base?.points.value ?? 5
            guard threshold.points.value > points else { continue }
            return (threshold.points.at, "it is \(points) around here")
        }
        return nil
    }

    private static func mode(
        of method: RuleMethod,
        in inspections: [InspectionItem]
    ) -> InspectionItem.Mode? {
        var found: InspectionItem.Mode?
        for inspection in inspections {
            for (mode, methods) in inspection.modes
            where methods.contains(where: { $0.value == method }) {
                found = mode
            }
        }
        return found
    }

    /// Every method a route takes is either watched or blocked.
    private mutating func checkCovered() {
        guard let first = program.everywhere.inspections.first(where: { !$0.modes.isEmpty }) else {
            return
        }
        for (site, route) in routes {
            let all =
                program.everywhere.inspections + site.scope.inspections + route.scope.inspections
            let missing = Self.answered(route).filter { Self.mode(of: $0, in: all) == nil }
            guard !missing.isEmpty else { continue }
            let list = Self.list(missing)
            let diagnostic = Diagnostic(
                .incompleteStatement,
                "nothing says whether \(list) is watched or blocked",
                at: route.name.at,
                "`\(route.name.value)` takes \(list)"
            )
            .related(first.at, "this says it for other methods")
            .help("add \(list) to `monitor` or to `block`")
            let isImplied = missing.contains(.head) && !route.methods.contains { $0.value == .head }
            say(isImplied ? diagnostic.note("a route that takes GET answers HEAD too") : diagnostic)
        }
    }
}

extension InspectionItem.Mode {
    fileprivate var strictness: Int {
        switch self {
        case .monitor: 0
        case .blockKnownBad: 1
        case .block: 2
        }
    }
}
