import Vocabulary

/// A sentence that the top, a site and a route may say alike.
extension ScopeItem {
    /// Reads one, its first word taken.
    mutating func read(_ word: String, _ sentence: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "send":
            try sentence.expect("to", example: "send to api")
            sentence.set(&send, to: try sentence.name(example: "send to api"), as: "`send to`")
        case "accept":
            let item = try AcceptItem(&sentence)
            if let earlier = accept {
                sentence.say(
                    Diagnostic(.saidTwice, "`accept` is said twice", at: item.at, "again here")
                        .related(earlier.at, "and said here already")
                        .help("name all kinds of body in one sentence")
                )
            } else {
                accept = item
            }
        case "timeout":
            let time = try sentence.duration(example: "timeout 10s")
            sentence.set(&timeout, to: time, as: "`timeout`")
        case "admit": admits.append(try AdmitItem(&sentence))
        case "block": blocks.append(try BlockItem(&sentence))
        case "limit": limits.append(try LimitItem(&sentence))
        case "exclude": exclusions.append(try ExclusionItem(&sentence))
        case "allow": allowances.append(try AllowanceItem(&sentence))
        case "inspect": inspections.append(try InspectionItem(&sentence))
        default: try HeaderItem.read(&sentence, into: &headers)
        }
    }
}

/// Refuses what it describes.
public struct BlockItem: Sendable {
    public let name: Name
    public let condition: Condition
    public let at: SourceRange

    /// Reads `block banned when client.ip in blocked_ranges`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "block banned when client.ip in blocked_ranges"
        name = try sentence.name(example: example)
        try sentence.expect("when", example: example)
        condition = try sentence.condition()
        at = sentence.statement.at
    }
}

/// Lets in only what it describes.
public struct AdmitItem: Sendable {
    public let name: Name
    public let condition: Condition
    public let answer: AnswerItem?
    public let at: SourceRange

    /// Reads `admit invited when token.invited is true else answer 403`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "admit invited when token.invited is true else answer 403"
        name = try sentence.name(example: example)
        try sentence.expect("when", example: example)
        condition = try sentence.condition()
        if sentence.takes("else") {
            try sentence.expect("answer", example: example)
            answer = try sentence.answer()
        } else {
            answer = nil
        }
        at = sentence.statement.at
    }
}

/// A field that is set on answers, or taken off them.
public struct HeaderItem: Sendable {
    public let name: Name
    /// nil where it is removed.
    public let value: Name?

    static func read(
        _ sentence: inout Sentence,
        into headers: inout [HeaderItem]
    ) throws(Sentence.Halt) {
        try sentence.expectBlock(example: "headers { remove server }")
        var found: [HeaderItem] = []
        sentence.each(of: "`headers`", ["set", "remove"]) { (inner, word) throws(Sentence.Halt) in
            if word == "remove" {
                found += try inner.headerNames().map { HeaderItem(name: $0, value: nil) }
            } else {
                let example = "set x-frame-options \"DENY\""
                guard let name = inner.takes(.hyphenated) ?? inner.takes(.word) else {
                    throw inner.missing("a header's name in small letters", example: example)
                }
                let value = try inner.text(example: example)
                found.append(HeaderItem(name: Said(name.text, at: name.at), value: value))
            }
        }
        headers += found
    }
}
