import Policy
import Vocabulary

/// Exclusions that are narrow, can apply, and say why.
extension Checker {
    /// Whole places, which no exclusion may name.
    static let places = [
        "path", "query", "header", "cookie", "json", "form", "multipart", "body", "xml",
    ]

    mutating func checkExclusions() {
        for (scope, site, route) in scopes {
            for exclusion in scope.exclusions { check(exclusion, site, route) }
        }
    }

    private mutating func check(_ exclusion: ExclusionItem, _ site: SiteItem?, _ route: RouteItem?)
    {
        let verb = SourceRange(file: exclusion.at.file, exclusion.at.start..<exclusion.at.start + 7)
        if exclusion.routes == nil, route == nil, !exclusion.tail.isBroken {
            let some = routes.prefix(2).map(\.route.name.value).joined(separator: ", ")
            say(
                Diagnostic(
                    .exclusionWithoutRoute,
                    "this exclusion is not tied to a route",
                    at: verb,
                    "it would open the same hole everywhere"
                )
                .help("add `on \(some.isEmpty ? "login" : some)`, or move it into one route")
            )
        }
        if !exclusion.tail.saysWhy { sayNoReason(verb, "`exclude`") }
        if exclusion.tail.proved == nil, exclusion.tail.because != nil, !exclusion.tail.isBroken {
            say(
                Diagnostic(
                    .exclusionUnproved,
                    "nothing proves that this exclusion is needed",
                    at: verb,
                    "when the false positive is gone, nobody will notice"
                )
                .help("attach the request that was stopped: `proved by \"captures/….har\"`")
            )
        }
        for subject in exclusion.subjects { checkSubject(subject) }
        for field in exclusion.fields { checkField(field, of: exclusion, site, route) }
    }

    // MARK: What is excused

    private mutating func checkSubject(_ subject: Name) {
        if ["all", "everything", "any"].contains(subject.value) {
            say(
                Diagnostic(
                    .exclusionWithoutClass,
                    "an exclusion names one class or signature",
                    at: subject.at,
                    "`\(subject.value)` would switch inspection off for the field"
                )
                .help("name what was found by mistake: `exclude sqli from …`")
            )
            return
        }
        let isID = subject.value.utf8.first?.isUpper == true
        if isID {
            guard names.place(subject.value, of: .signature) == nil,
                !subject.value.hasPrefix("CRS_")
            else { return }
            sayUnknown(subject, "signature", among: names.all(.signature))
        } else {
            let known = Self.shippedClasses + names.all(.class)
            guard known.contains(subject.value) else {
                sayUnknown(subject, "class", among: known)
                return
            }
            checkIsLookedFor(subject)
        }
    }

    private mutating func sayUnknown(_ subject: Name, _ noun: String, among known: [String]) {
        guard !mayBeUnread(subject.value) else { return }
        let nearest = Nearest.to(subject.value, among: known)
        say(
            Diagnostic(
                .unknownClass,
                "there is no \(noun) `\(subject.value)`",
                at: subject.at,
                nearest.map { "did you mean `\($0)`?" } ?? ""
            )
            .help("there are " + known.sorted().map { "`\($0)`" }.joined(separator: ", "))
        )
    }

    private mutating func checkIsLookedFor(_ subject: Name) {
        guard !program.signatures.isEmpty, program.imports.isEmpty,
            !program.signatures.contains(where: \.isBroken), !mayBeUnread("signature")
        else { return }
        guard !program.signatures.contains(where: { $0.classes?.value == subject.value }) else {
            return
        }
        say(
            Diagnostic(
                .exclusionOfNothing,
                "nobody looks for \(subject.value)",
                at: subject.at,
                "no signature here is of this class"
            )
            .help("delete the exclusion, or include the signatures it was made for")
        )
    }

    // MARK: Where

    private mutating func checkField(
        _ field: Name,
        of exclusion: ExclusionItem,
        _ site: SiteItem?,
        _ route: RouteItem?
    ) {
        let (place, rest) = Self.split(field.value)
        guard Self.places.contains(place) else {
            say(
                Diagnostic(
                    .unknownField,
                    "`\(field.value)` is no field that is inspected",
                    at: field.at,
                    Nearest.to(place, among: Self.places).map { "did you mean `\($0)`?" } ?? ""
                )
                .help("inspected are \(Self.places.map { "`\($0).NAME`" }.joined(separator: ", "))")
            )
            return
        }
        guard !rest.isEmpty else {
            say(
                Diagnostic(
                    .exclusionOfPlace,
                    "an exclusion names one field",
                    at: field.at,
                    "this is a whole place, not a field"
                )
                .help("name the field: `\(place).\(place == "header" ? "user-agent" : "password")`")
            )
            return
        }
        for (site, target) in routes(named: exclusion.routes, in: site, route)
        where exclusion.routes != nil || route != nil {
            checkApplies(field, place, to: target, in: site)
        }
    }

    private mutating func checkApplies(
        _ field: Name,
        _ place: String,
        to route: RouteItem,
        in site: SiteItem
    ) {
        let bodies: [String: AcceptItem.Kind] = [
            "json": .json, "form": .form, "multipart": .multipart, "xml": .xml,
        ]
        guard let kind = bodies[place] else { return }
        let accepts = route.scope.accept ?? site.scope.accept ?? program.everywhere.accept
        let writes = route.methods.contains { $0.value.writes }
        let takes = writes && accepts?.kinds.contains { $0.value == kind } == true
        guard !takes else { return }
        let methods = Self.list(Self.answered(route))
        let taken = accepts?.kinds.map(\.value.rawValue).joined(separator: ", ") ?? ""
        let accepted = writes && !taken.isEmpty ? "accepts \(taken)" : "accepts no body"
        say(
            Diagnostic(
                .exclusionNeverApplies,
                "this exclusion can never apply on `\(route.name.value)`",
                at: field.at,
                "`\(route.name.value)` takes no \(place) body"
            )
            .related(route.name.at, "\(methods), \(accepted)")
            .help("remove it, or exclude the field the value really travels in")
        )
    }

    static func split(_ field: String) -> (place: String, rest: String) {
        guard let dot = field.firstIndex(of: ".") else { return (field, "") }
        return (String(field[..<dot]), String(field[field.index(after: dot)...]))
    }
}
