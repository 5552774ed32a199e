import HTTPWire
import Policy
import Vocabulary

/// The fields that the rules put on answers and take off them, made ready once for each scope.
final class AnswerTerms: Sendable {
    /// Whole lines, for what an upstream has answered and for answers of our own.
    let appended: [UInt8]
    let appendedToOwn: [UInt8]
    /// What never passes as the upstream wrote it.
    let overruled: FieldNameSet
    private let overruledNames: [[UInt8]]
    /// The rules have their own word on Strict-Transport-Security.
    let saysStrict: Bool
    /// What pages of other origins may ask of the site.
    let cors: CORSTerms?
    /// The rules say nothing of any field.
    let areEmpty: Bool

    init(_ rules: HeaderRules, _ cors: CORSTerms?) {
        self.cors = cors
        let lines = Self.lines(of: rules.appended)
        // What frames a message is nobody's to set.
        let kept = lines.filter { !FieldNameSet.removedFromAnswers.contains($0.name) }
        appended = kept.flatMap(\.text)
        // An error that is kept like a page would be shown long after it is over.
        appendedToOwn = kept.filter { !Self.oursAlone.contains($0.name) }.flatMap(\.text)
        var known = FieldNameSet()
        var others: [[UInt8]] = []
        for name in rules.overruled {
            let id = unsafe FieldName(name.span.bytes)
            if id == .other { others.append(name) } else { known.insert(id) }
        }
        overruled = known
        overruledNames = others
        areEmpty = rules.appended.isEmpty && rules.overruled.isEmpty && cors == nil
        saysStrict = known.contains(.strictTransportSecurity)
    }

    /// Whether a field that means nothing to the gateway has to go all the same.
    func overrules(_ name: RawSpan) -> Bool {
        if cors != nil, name.byteCount > 15, name.startsIgnoringCase(with: "access-control-") {
            return true
        }
        for index in overruledNames.indices
        where overruledNames[index].count == name.byteCount {
            if Self.isSame(overruledNames[index], name) { return true }
        }
        return false
    }

    private static func isSame(_ small: [UInt8], _ name: RawSpan) -> Bool {
        for index in small.indices where small[index] != name[index].lowercased { return false }
        return true
    }

    /// What answers of ours say in their own way.
    private static let oursAlone: FieldNameSet = [
        .contentType, .contentEncoding, .cacheControl, .date,
    ]

    private static func lines(of text: [UInt8]) -> [(name: FieldName, text: [UInt8])] {
        text.split(separator: 0x0a).compactMap { line in
            guard let colon = line.firstIndex(of: 0x3a) else { return nil }
            let name = Array(line[line.startIndex..<colon])
            return unsafe (FieldName(name.span.bytes), Array(line) + [0x0a])
        }
    }
}
