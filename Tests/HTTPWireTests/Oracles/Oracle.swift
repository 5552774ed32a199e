import HTTPWire
import Vocabulary

/// What holds for every input, however hostile.
///
/// Each answers nil, or what was broken. The seeded tests and the fuzz targets ask the same ones.
public enum Oracle {
    /// The first four bytes of an input say into what pieces the others are cut.
    public static func head(_ input: [UInt8]) -> String? {
        let (bytes, sizes) = cutting(input)
        return request(bytes, sizes) ?? answer(bytes, sizes)
    }

    /// How a request arrives changes nothing, and what is forwarded is what was understood.
    public static func request(_ bytes: [UInt8], _ sizes: [Int]) -> String? {
        let whole = readRequest([bytes])
        for pieces in [bytes.cut([1]), bytes.cut(sizes)] {
            let outcome = readRequest(pieces)
            if outcome != whole { return "in pieces: \(outcome), whole: \(whole)" }
        }
        guard let facts = whole.facts else { return nil }
        return once(facts.fields, ["host"]) ?? once(
            facts.fields,
            ["content-length", "transfer-encoding"]
        )
            ?? Forwarding.request(bytes, facts)
    }

    /// The same of an answer.
    public static func answer(_ bytes: [UInt8], _ sizes: [Int]) -> String? {
        let whole = readAnswer([bytes])
        for pieces in [bytes.cut([1]), bytes.cut(sizes)] {
            let outcome = readAnswer(pieces)
            if outcome != whole { return "in pieces: \(outcome), whole: \(whole)" }
        }
        guard let facts = whole.facts else { return nil }
        return once(facts.fields, ["content-length", "transfer-encoding"])
            ?? Forwarding.answer(bytes, facts)
    }

    /// The decoder agrees with the slow one, in whatever pieces the body arrives.
    public static func chunked(_ input: [UInt8]) -> String? {
        let (bytes, sizes) = cutting(input)
        let slow = SlowChunks(bytes).facts
        for pieces in [[bytes], bytes.cut([1]), bytes.cut(sizes)] {
            let facts = BodyFacts(.chunked, pieces)
            if facts != slow { return "in pieces of \(sizes): \(facts), slowly: \(slow)" }
        }
        return nil
    }

    /// A target is accepted just when the slow model accepts it, and in its spelling.
    public static func target(_ target: [UInt8]) -> String? {
        let outcome = readRequest([target.asTarget])
        if let complaint = plainTarget(target, outcome) { return complaint }
        guard let facts = outcome.facts, facts.path != "*" else { return nil }
        if SlowPath.canonical(facts.path.wire) != facts.path {
            return "not canonical: \(facts.path)"
        }
        let again = readRequest([facts.path.wire.asTarget]).facts
        return again?.path == facts.path ? nil : "not stable: \(facts.path)"
    }

    private static func plainTarget(
        _ target: [UInt8],
        _ outcome: Outcome<RequestFacts>
    ) -> String? {
        guard target.first == UInt8(ascii: "/"), target.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return nil }
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        let query = target.count > path.count ? Array(target.dropFirst(path.count + 1)) : nil
        let isReadable =
            target.count <= 8192 && target.allSatisfy { $0 < 0x7f && $0 != UInt8(ascii: "#") }
        let expected = isReadable ? SlowPath.canonical(Array(path)) : nil
        guard outcome.facts?.path == expected else {
            return "path \(outcome), slowly \(expected ?? "refused")"
        }
        guard expected == nil || outcome.facts?.query == query.map({ String(wire: $0) }) else {
            return "query of \(outcome)"
        }
        return nil
    }

    /// What is forwarded of a whole request is one message, with the data that came.
    public static func framing(_ input: [UInt8]) -> String? {
        let (bytes, sizes) = cutting(input)
        return Forwarding.message(bytes, sizes)
    }

    private static func cutting(_ input: [UInt8]) -> (bytes: [UInt8], sizes: [Int]) {
        guard input.count > 4 else { return (input, [1]) }
        return (Array(input.dropFirst(4)), input.prefix(4).map { Int($0 & 31) + 1 })
    }

    /// At most one field has one of these names.
    private static func once(_ fields: [FieldFacts], _ names: Set<String>) -> String? {
        let found = fields.filter { names.contains($0.name.lowercased()) }
        return found.count <= 1 ? nil : "\(found) in one accepted head"
    }
}

extension [UInt8] {
    /// These bytes as the target of a request with nothing else to refuse.
    fileprivate var asTarget: [UInt8] {
        "GET ".wire + self + " HTTP/1.1\r\nHost: h\r\n\r\n".wire
    }
}
