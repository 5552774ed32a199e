import Policy
import Vocabulary

/// Signatures that say what they are, and carry their evidence.
///
/// Whether the evidence holds is for the engine to find out; here it must be there.
extension Checker {
    mutating func checkSignatures() {
        for signature in program.signatures where !signature.isBroken { check(signature) }
    }

    private mutating func check(_ signature: SignatureItem) {
        let id = signature.id.value
        if signature.severity == nil {
            say(
                Diagnostic(
                    .signatureSeverity,
                    "\(id) does not say how bad it is",
                    at: signature.id.at,
                    "points come from the severity"
                )
                .help("add `severity critical`, `error`, `warning` or `notice`")
            )
        }
        checkClass(signature)
        if signature.catches.isEmpty || signature.spares.isEmpty {
            let missing = signature.catches.isEmpty ? "catches" : "spares"
            say(
                Diagnostic(
                    .signatureWithoutExample,
                    "\(id) has no example of what it \(missing)",
                    at: signature.id.at,
                    "a signature carries its own evidence"
                )
                .help("add `\(missing) \"…\"`: it is tried at every load")
            )
        }
        if signature.matches.isEmpty, signature.contains.isEmpty, signature.detectors.isEmpty {
            say(
                Diagnostic(
                    .incompleteStatement,
                    "\(id) looks for nothing",
                    at: signature.id.at,
                    "it has no `match`, `contains` or `detect`"
                )
                .help("say what to look for: `match r\"…\"` or `contains \"…\"`")
            )
        }
        for place in signature.places { checkPlace(place) }
        for detector in signature.detectors { check(detector) }
    }

    private mutating func checkClass(_ signature: SignatureItem) {
        let known = Self.shippedClasses + names.all(.class)
        guard let name = signature.classes else {
            say(
                Diagnostic(
                    .signatureClass,
                    "\(signature.id.value) does not say what it is of",
                    at: signature.id.at,
                    "exclusions and promises speak of classes"
                )
                .help(
                    "add `class sqli`, or another of \(known.sorted().map { "`\($0)`" }.joined(separator: ", "))"
                )
            )
            return
        }
        guard !known.contains(name.value), !mayBeUnread(name.value) else { return }
        say(
            Diagnostic(
                .signatureClass,
                "there is no class `\(name.value)`",
                at: name.at,
                Nearest.to(name.value, among: known).map { "did you mean `\($0)`?" } ?? ""
            )
            .help("declare it if it is new: `class \(name.value) \"what it means\"`")
        )
    }

    private mutating func checkPlace(_ place: Name) {
        let (head, rest) = Self.split(place.value)
        guard !Self.places.contains(head) || (place.value.contains(".") && rest.isEmpty) else {
            return
        }
        say(
            Diagnostic(
                .unknownField,
                "there is no place `\(place.value)` to look in",
                at: place.at,
                Nearest.to(head, among: Self.places).map { "did you mean `\($0)`?" } ?? ""
            )
            .help(
                "places are \(Self.places.map { "`\($0)`" }.joined(separator: ", ")), and fields of theirs"
            )
        )
    }

    private mutating func check(_ detector: SignatureItem.Detector) {
        let known = ["sqli", "xss", "learned"]
        guard !known.contains(detector.name.value) else { return }
        say(
            Diagnostic(
                .unknownWord,
                "there is no detector `\(detector.name.value)`",
                at: detector.name.at,
                Nearest.hint(to: detector.name.value, among: known)
            )
        )
    }
}
