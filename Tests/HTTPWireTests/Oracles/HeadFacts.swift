public import HTTPWire
public import Vocabulary

/// One field, as text.
public struct FieldFacts: Equatable, Sendable {
    public let name: String
    public let value: String
    public let id: FieldName

    static func all(of section: borrowing FieldSection) -> [FieldFacts] {
        var facts: [FieldFacts] = []
        for index in 0..<section.fields.count {
            let field = section.fields[index]
            facts.append(
                FieldFacts(
                    name: String(wire: section[field.name]),
                    value: String(wire: section[field.value]),
                    id: field.id
                )
            )
        }
        return facts
    }
}

/// Everything a request head says, as values that can be compared and printed.
public struct RequestFacts: Equatable, Sendable {
    public var method: Method
    public var methodText: String
    public var minorVersion: Int
    public var path: String
    public var query: String?
    public var host: String
    public var framing: BodyFraming
    public var expectsContinue: Bool
    public var keepsAlive: Bool
    public var nominatesFields: Bool
    public var asksWebSocket: Bool
    public var forwardsLeft: Int?
    public var fields: [FieldFacts]

    public init(_ head: borrowing RequestHead) {
        method = head.method
        methodText = String(wire: head.methodText)
        minorVersion = head.minorVersion
        path = String(wire: head.path)
        if let bytes = head.query { query = String(wire: bytes) }
        host = String(wire: head.host)
        framing = head.framing
        expectsContinue = head.expectsContinue
        keepsAlive = head.keepsAlive
        nominatesFields = head.nominatesFields
        asksWebSocket = head.asksWebSocket
        forwardsLeft = head.forwardsLeft
        fields = FieldFacts.all(of: head.section)
    }
}

/// Everything an answer head says.
public struct AnswerFacts: Equatable, Sendable {
    public var status: Int
    public var minorVersion: Int
    public var isInterim: Bool
    public var framing: BodyFraming
    public var framingToHead: BodyFraming
    public var keepsAlive: Bool
    public var nominatesFields: Bool
    public var namesWebSocket: Bool
    public var fields: [FieldFacts]

    public init(_ head: borrowing AnswerHead) {
        status = head.status
        minorVersion = head.minorVersion
        isInterim = head.isInterim
        framing = head.framing(toHead: false)
        framingToHead = head.framing(toHead: true)
        keepsAlive = head.keepsAlive
        nominatesFields = head.nominatesFields
        namesWebSocket = head.namesWebSocket
        fields = FieldFacts.all(of: head.section)
    }
}

/// What became of some bytes that a parser was given.
public enum Outcome<Facts: Equatable & Sendable>: Equatable, Sendable {
    case refused(WireError)
    case incomplete
    /// A head, and how many bytes were left standing after it.
    case whole(Facts, rest: Int)

    public var facts: Facts? {
        if case .whole(let facts, _) = self { facts } else { nil }
    }

    public var error: WireError? {
        if case .refused(let error) = self { error } else { nil }
    }
}

/// Parses a request that arrives in pieces.
public func readRequest(
    _ pieces: [[UInt8]],
    into head: inout RequestHead,
    leaving input: inout ByteBuffer
) throws(WireError) -> Bool {
    let pool = BlockPool()
    var parser = RequestParser()
    var isWhole = false
    for piece in pieces {
        input.append(wire: piece)
        if !isWhole { isWhole = try parser.parse(&input, into: &head, from: pool) }
    }
    return isWhole
}

/// Parses an answer that arrives in pieces.
public func readAnswer(
    _ pieces: [[UInt8]],
    into head: inout AnswerHead,
    leaving input: inout ByteBuffer
) throws(WireError) -> Bool {
    let pool = BlockPool()
    var parser = AnswerParser()
    var isWhole = false
    for piece in pieces {
        input.append(wire: piece)
        if !isWhole { isWhole = try parser.parse(&input, into: &head, from: pool) }
    }
    return isWhole
}

public func readRequest(_ pieces: [[UInt8]]) -> Outcome<RequestFacts> {
    var head = RequestHead()
    var input = ByteBuffer()
    do throws(WireError) {
        guard try readRequest(pieces, into: &head, leaving: &input) else { return .incomplete }
        return .whole(RequestFacts(head), rest: input.count)
    } catch {
        return .refused(error)
    }
}

public func readAnswer(_ pieces: [[UInt8]]) -> Outcome<AnswerFacts> {
    var head = AnswerHead()
    var input = ByteBuffer()
    do throws(WireError) {
        guard try readAnswer(pieces, into: &head, leaving: &input) else { return .incomplete }
        return .whole(AnswerFacts(head), rest: input.count)
    } catch {
        return .refused(error)
    }
}
