import Inspection
import Vocabulary

/// Signatures, compiled, and tried with the examples they bring.
///
/// They are numbered in the order of their ids, whatever file they stand in.
extension Checker {
    mutating func checkEvidence() {
        let items = program.signatures.filter { !$0.isBroken }
            .sorted { $0.id.value < $1.id.value }
        var isWhole = true
        for item in items { isWhole = checkPatterns(of: item) && isWhole }
        guard isWhole else { return }
        let set: SignatureSet
        do throws(PatternFault) {
            set = try SignatureSet(items.map { lower($0) })
        } catch {
            // Each pattern is sound alone; together they are more than one set may be.
            let number = error.signature ?? 0
            let at = number < items.count ? items[number].id : items.first?.id
            if let at { say(Self.diagnostic(of: error, in: at, isText: false, at.value)) }
            return
        }
        signatures = set
        for (number, item) in items.enumerated() { checkExamples(of: item, number, in: set) }
    }

    private func lower(_ item: SignatureItem) -> Signature {
        Signature(
            id: item.id.value,
            title: item.title.value,
            attackClass: item.classes?.value ?? "",
            points: item.severity?.value.points ?? 0,
            isKnownBad: item.knownBad != nil,
            isOnTrial: item.trial != nil,
            looks: Set(item.places.map(\.value)).sorted().compactMap(Self.look),
            steps: item.steps.compactMap { Step(rawValue: $0.value) },
            matches: item.matches.map(\.value),
            contains: item.contains.map(\.value),
            catches: item.catches.map(\.value),
            spares: item.spares.map(\.value)
        )
    }

    private static func look(_ place: String) -> Look? {
        let (head, rest) = split(place)
        let field = head == "header" ? rest.lowercased() : rest
        return Place(name: head).map { Look(place: $0, field: rest.isEmpty ? nil : field) }
    }

    // MARK: Patterns

    /// A pattern in a question.
    mutating func checkPattern(_ token: Token) {
        let literal = declared.literal(token)
        guard literal.kind == .raw else { return }
        do throws(PatternFault) { _ = try Pattern(literal.value) } catch {
            let text = Said(literal.value, at: literal.at)
            say(Self.diagnostic(of: error, in: text, "this question"))
        }
    }

    private mutating func checkPatterns(of item: SignatureItem) -> Bool {
        var isWhole = true
        for match in item.matches {
            do throws(PatternFault) {
                _ = try Pattern(match.value)
                sayRepetition(match, of: item)
            } catch {
                say(Self.diagnostic(of: error, in: match, item.id.value))
                isWhole = false
            }
        }
        return isWhole
    }

    private mutating func sayRepetition(_ match: Name, of item: SignatureItem) {
        guard let place = Pattern.repeatsRepetition(match.value) else { return }
        say(
            Diagnostic(
                .nestedRepetition,
                "\(item.id.value) repeats a repetition",
                at: Self.range(of: place, in: match),
                "linear here, but exponential in most other engines"
            )
            .note(
                "this engine never backtracks, so it cannot hang; the pattern still cannot be shared with tools that do"
            )
        )
    }

    /// Where a piece of a pattern stands in the file: behind `r"`.
    private static func range(of piece: Range<Int>, in text: Name) -> SourceRange {
        let start = min(text.at.start + 2 + piece.lowerBound, text.at.end)
        let end = min(max(start + piece.count, start + 1), text.at.end)
        return SourceRange(file: text.at.file, start..<max(start, end))
    }

    /// - isText: it points into the text of the pattern, and not at a name.
    /// - owner: what the pattern belongs to, as messages call it.
    static func diagnostic(
        of fault: PatternFault,
        in text: Name,
        isText: Bool = true,
        _ owner: String
    ) -> Diagnostic {
        var at = text.at
        if isText, let offset = fault.offset {
            at = range(of: offset..<offset + fault.length, in: text)
        }
        switch fault.kind {
        case .needsBacktracking:
            return Diagnostic(
                .regexBacktracks,
                "\(owner) needs a regular expression engine that can be made to hang",
                at: at,
                fault.message
            )
            .help("write it without; two `match` lines mean either, and `contains` is faster still")
        case .malformed:
            return Diagnostic(
                .regexMalformed,
                "\(owner) has a regular expression that cannot be read",
                at: at,
                fault.message
            )
        case .tooLarge:
            return Diagnostic(
                .regexTooLarge,
                "\(owner) has a regular expression that is too large",
                at: at,
                fault.message
            )
            .help("repeat less of it, or divide it among several signatures")
        }
    }

    // MARK: Examples

    /// Each example is said once, though it may fail in several places.
    private mutating func checkExamples(
        of item: SignatureItem,
        _ number: Int,
        in set: SignatureSet
    ) {
        var places: [String: [String]] = [:]
        var first: [(key: String, fault: ExampleFault)] = []
        for fault in set.fails(ofSignature: number) {
            let key = "\(fault.kind) \(fault.example)"
            if places[key] == nil { first.append((key, fault)) }
            let field = fault.look.field.map { "." + $0 } ?? ""
            places[key, default: []].append("`\(fault.look.place.name)\(field)`")
        }
        for (key, fault) in first {
            let found = places[key] ?? []
            let isEverywhere = found.count == set.signatures[number].looks.count
            let somewhere = isEverywhere ? "" : " in " + found.joined(separator: ", ")
            say(diagnostic(of: fault, item, somewhere))
        }
    }

    private func diagnostic(
        of fault: ExampleFault,
        _ item: SignatureItem,
        _ somewhere: String
    ) -> Diagnostic {
        switch fault.kind {
        case .missed:
            Diagnostic(
                .missesExample,
                "\(item.id.value) does not catch its own example",
                at: item.catches[fault.example].at,
                "this text passes" + somewhere
            )
        case .caught:
            Diagnostic(
                .catchesSpared,
                "\(item.id.value) catches what it promised to spare",
                at: item.spares[fault.example].at,
                "this harmless text is caught" + somewhere
            )
        }
    }
}
