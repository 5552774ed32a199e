import HTTPWire
import Inspection
import JSON
import Vocabulary

/// Stage 12: what bodies a route takes, and that the body is what it says.
extension Judgement {
    /// The most a body may have that is passed on unread.
    public func bodyByteMax(under policy: borrowing Policy) -> Int {
        route < 0 ? 0 : policy.routes[route].accept.byteMax
    }

    mutating func acceptBody(
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        let route = policy.routes[route]
        guard head.hasBody else {
            step = .chargeBody
            return judgeBodyQuestions(head, body, policy, &desk)
        }
        if bodyKind.isEmpty {
            let kind = Self.kind(of: head)
            guard
                let kind = kind.flatMap({ route.accept.kinds.contains($0) ? $0 : nil })
                    ?? (route.accept.kinds.contains(.bytes) ? .bytes : nil)
            else {
                return refuse(
                    Refusal(.accept, .bodyTypeRefused, at: route.accept.place),
                    under: policy
                )
            }
            bodyKind = kind
            if case .length(let count) = head.framing, count > route.accept.byteMax {
                return refuse(
                    Refusal(.accept, .bodyTooLarge, at: route.accept.place),
                    under: policy
                )
            }
            if kind != .bytes { return .body(byteMax: route.accept.byteMax) }
        }
        // Inspection reads the body too, and refuses what cannot be read; whoever asks before it does
        // needs to know first.
        let isAskedEarly = route.asksBodies
        if isAskedEarly, bodyKind != .bytes, !isReadable(head, body, &desk) {
            return refuse(
                Refusal(.accept, .bodyUnreadable, at: route.accept.place),
                under: policy
            )
        }
        trace?.say(.accept, "the body is \(bodyKind.name)", route.accept.place)
        step = .chargeBody
        return judgeBodyQuestions(head, body, policy, &desk)
    }

    private mutating func judgeBodyQuestions(
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> Need? {
        if let need = judgeBlocks(at: .accept, head, body: body, policy, &desk) { return need }
        return judgeAdmits(upTo: .accept, head, body, policy, &desk)
    }

    /// Whether a body is what its type says, from its first byte to its last.
    func isReadable(_ head: borrowing RequestHead, _ body: RawSpan, _ desk: inout Desk) -> Bool {
        switch bodyKind {
        case .json:
            desk.json.begin()
            do throws(JSONFault) {
                while try desk.json.next(in: body) {}
                return true
            } catch { return false }
        case .form:
            // Every text is a form of some kind.
            return true
        case .multipart:
            guard let boundary = head.boundary else { return false }
            desk.multipart.begin()
            do throws(BodyFault) {
                while try desk.multipart.next(in: body, boundary: boundary) {}
                return true
            } catch { return false }
        default: return true
        }
    }

    /// The one media type decides; nothing is sniffed, and what is encoded cannot be read here.
    private static func kind(of head: borrowing RequestHead) -> AcceptTerms.Kinds? {
        guard let type = head.section.onlyValue(of: .contentType),
            !head.section.fields.has(.contentEncoding)
        else { return nil }
        let end = type.firstIndex(of: 0x3b) ?? type.byteCount
        let base = type.extracting(first: end).trimmed
        guard base.isMediaType, Alphabet.isReadable(in: type) else { return nil }
        if base.equalsIgnoringCase("application/json") || base.endsIgnoringCase(with: "+json") {
            return .json
        }
        if base.equalsIgnoringCase("application/x-www-form-urlencoded") { return .form }
        if base.equalsIgnoringCase("multipart/form-data") { return .multipart }
        if base.equalsIgnoringCase("application/xml") || base.equalsIgnoringCase("text/xml")
            || base.endsIgnoringCase(with: "+xml")
        {
            return .xml
        }
        return base.equalsIgnoringCase("text/plain") ? .text : nil
    }
}

extension Route {
    /// A limit or a question needs the body before inspection reads it.
    fileprivate var asksBodies: Bool {
        limits.contains { $0.stage == .accept } || blocks.contains { $0.question.stage == .accept }
            || admits.contains { $0.question.stage == .accept }
    }
}

extension AcceptTerms.Kinds {
    var name: String {
        switch self {
        case .json: "json"
        case .form: "form"
        case .multipart: "multipart"
        case .xml: "xml"
        case .text: "text"
        default: "bytes"
        }
    }
}

extension RequestHead {
    /// Whether anything follows the head.
    var hasBody: Bool {
        switch framing {
        case .none, .length(0): false
        default: true
        }
    }

    /// What divides the parts of a multipart body, as its type says.
    var boundary: RawSpan? {
        @_lifetime(borrow self)
        get {
            guard let type = section.onlyValue(of: .contentType) else { return nil }
            return type.parameter("boundary")
        }
    }
}

extension RawSpan {
    func endsIgnoringCase(with literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard byteCount >= count else { return false }
        return extracting(droppingFirst: byteCount &- count).equalsIgnoringCase(literal)
    }

    /// One type and one subtype: no list of several, and nothing else beside them.
    fileprivate var isMediaType: Bool {
        var slashes = 0
        for index in 0..<byteCount {
            if self[index] == 0x2f {
                slashes &+= 1
            } else if !self[index].isToken {
                return false
            }
        }
        return slashes == 1
    }

    /// The value of a parameter of a field, without its quotes; nil where it is missing or said twice.
    @_lifetime(copy self)
    func parameter(_ name: StaticString) -> RawSpan? {
        var found: RawSpan?
        var start = firstIndex(of: 0x3b).map { $0 &+ 1 } ?? byteCount
        while start < byteCount {
            let end = firstIndex(of: 0x3b, from: start) ?? byteCount
            let part = extracting(start..<end).trimmed
            start = end &+ 1
            guard let sign = part.firstIndex(of: 0x3d) else { continue }
            let key = part.extracting(first: sign)
            // `boundary*` is another spelling of it, which not everybody reads.
            if key.startsIgnoringCase(with: name), key.byteCount > name.utf8CodeUnitCount {
                return nil
            }
            guard key.equalsIgnoringCase(name) else { continue }
            if found != nil { return nil }
            let value = part.extracting(droppingFirst: sign &+ 1)
            let isQuoted =
                value.byteCount >= 2 && value[0] == 0x22 && value[value.byteCount &- 1] == 0x22
            let bare = isQuoted ? value.extracting(1..<value.byteCount &- 1) : value
            // What is left of a text with a `;` in it, or an escape, is read in more than one way.
            for index in 0..<bare.byteCount where bare[index] == 0x22 || bare[index] == 0x5c {
                return nil
            }
            found = bare
        }
        return found
    }
}
