import HTTPWire
import Inspection
import JSON
import Vocabulary

/// Reads the fields that questions and limits ask for, through the readers inspection uses.
extension Judgement {
    /// Every value that a test's field has in this request.
    func eachValue(
        _ test: QuestionTable.Test,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        let isNamed = test.name >= 0 && test.source != .segment
        let name = isNamed ? policy.questions.names[Int(test.name)] : []
        let place = FieldPlace(test.source, segment: Int(test.name))
        unsafe eachValue(of: place, name.span.bytes, head, body, &desk, visit)
    }

    /// The value of a field, for the key of a limit; nil where the request has none.
    ///
    /// Whoever can spell one thing in many ways must not have a bucket for each, so letters count
    /// without their case and white space around a value not at all. For the same reason all those who
    /// send several values share the bucket of a value that nobody can send.
    func keyValue(
        of field: Field,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ policy: borrowing Policy,
        _ desk: inout Desk
    ) -> [UInt8]? {
        if case .token(let path) = field {
            return claims?.all.first { $0.path == path }.map { Array($0.text.utf8) }
        }
        guard let (place, name) = FieldPlace.of(field, policy.routes[route].pattern) else {
            return nil
        }
        var found: [UInt8]?
        unsafe eachValue(of: place, Array(name.utf8).span.bytes, head, body, &desk) { value, _ in
            let value = [UInt8](copying: value.trimmed).map(\.lowercased)
            if let earlier = found, earlier != value {
                found = Self.severalValues
            } else {
                found = value
            }
        }
        return found
    }

    private static let severalValues: [UInt8] = [0x20]

    private func eachValue(
        of place: FieldPlace,
        _ name: RawSpan,
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ desk: inout Desk,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        switch place {
        case .method: visit(head.methodText, .text)
        case .path: visit(head.path, .text)
        // Rules name hosts without their ports.
        case .host:
            visit(head.host.extracting(first: HostTable.nameLength(head.host)), .text)
        case .segment(let number):
            if let range = head.path.segment(number) {
                visitMeaning(of: head.path.extracting(range), visit)
            }
        case .header:
            for index in 0..<head.section.fields.count {
                let field = head.section.fields[index]
                guard head.section[field.name].equalsIgnoringCase(name) else { continue }
                visit(head.section[field.value], .text)
            }
        case .cookie:
            for index in 0..<head.section.fields.count
            where head.section.fields[index].id == .cookie {
                let field = head.section[head.section.fields[index].value]
                desk.cookies.begin()
                while desk.cookies.next(in: field) {
                    if desk.cookies.name.isSame(name) { visit(desk.cookies.value, .text) }
                }
            }
        case .query: if let query = head.query { eachPair(query, name, &desk, visit) }
        case .form: if bodyKind == .form { eachPair(body, name, &desk, visit) }
        case .json: if bodyKind == .json { eachJSON(body, name, &desk, visit) }
        case .multipart: eachPart(head, body, name, &desk, visit)
        }
    }

    /// A segment is read behind the gateway with its escapes undone, as a query is.
    private func visitMeaning(
        of segment: RawSpan,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        guard segment.firstIndex(of: 0x25) != nil else { return visit(segment, .text) }
        var bytes: [UInt8] = []
        var index = 0
        while index < segment.byteCount { bytes.append(segment.meaning(at: &index)) }
        unsafe visit(bytes.span.bytes, .text)
    }

    private func eachPair(
        _ text: RawSpan,
        _ name: RawSpan,
        _ desk: inout Desk,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        desk.form.begin()
        while desk.form.next(in: text) {
            if desk.form.name.isSame(name) { visit(desk.form.value, .text) }
        }
    }

    private func eachJSON(
        _ text: RawSpan,
        _ name: RawSpan,
        _ desk: inout Desk,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        desk.json.begin()
        while (try? desk.json.next(in: text)) == true {
            guard desk.json.kind != .key, desk.json.path.isSame(name) else { continue }
            visit(desk.json.value, QuestionTable.Test.Kinds(desk.json.kind))
        }
    }

    private func eachPart(
        _ head: borrowing RequestHead,
        _ body: RawSpan,
        _ name: RawSpan,
        _ desk: inout Desk,
        _ visit: (RawSpan, QuestionTable.Test.Kinds) -> Void
    ) {
        guard bodyKind == .multipart, let boundary = head.boundary else { return }
        desk.multipart.begin()
        while (try? desk.multipart.next(in: body, boundary: boundary)) == true {
            if desk.multipart.name.isSame(name) { visit(desk.multipart.value, .text) }
        }
    }
}

/// Where in a request a field stands.
enum FieldPlace {
    case method, path, host, query, header, cookie, json, form, multipart
    case segment(Int)

    init(_ source: QuestionTable.Test.Source, segment: Int) {
        self =
            switch source {
            case .path: .path
            case .host: .host
            case .query: .query
            case .header: .header
            case .cookie: .cookie
            case .json: .json
            case .form: .form
            case .multipart: .multipart
            case .segment: .segment(segment)
            default: .method
            }
    }

    /// The place of a field, and its own name there; nil for what is not read from the request.
    static func of(_ field: Field, _ pattern: PathPattern) -> (FieldPlace, String)? {
        switch field {
        case .query(let name): (.query, name)
        case .header(let name): (.header, name)
        case .cookie(let name): (.cookie, name)
        case .json(let path): (.json, path)
        case .form(let name): (.form, name)
        case .multipart(let name): (.multipart, name)
        case .segment(let name): pattern.position(of: name).map { (.segment($0), "") }
        case .host: (.host, "")
        case .path: (.path, "")
        default: nil
        }
    }
}

extension PathPattern {
    /// Which segment bears a name, counted from 0.
    public func position(of name: String) -> Int? {
        segments.firstIndex { if case .any(name) = $0 { true } else { false } }
    }
}

extension RawSpan {
    func isSame(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount where self[index] != other[index] { return false }
        return true
    }

    /// Where a segment of a path stands, counted from 0.
    fileprivate func segment(_ number: Int) -> Range<Int>? {
        var start = 1
        for _ in 0..<number {
            guard let end = firstIndex(of: 0x2f, from: start) else { return nil }
            start = end &+ 1
        }
        guard start < byteCount else { return nil }
        return start..<(firstIndex(of: 0x2f, from: start) ?? byteCount)
    }
}

extension [UInt8] {
    init(copying bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }
}
