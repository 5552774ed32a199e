// Stand-in for the module that is being built beside this; never lands.
public import JSON

public enum Place: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case path, query, header, cookie, json, form, multipart, xml, body
    public var name: String { "\(self)" }
}
public enum Step: String, Sendable, CaseIterable { case lowercase }
public struct Look: Sendable, Hashable {
    public let place: Place
    public let field: String?
    public init(place: Place, field: String? = nil) {
        self.place = place
        self.field = field
    }
}
public struct Signature: Sendable {
    public var id = ""
    public var title = ""
    public var attackClass = ""
    public var points = 0
    public var isKnownBad = false
    public var isOnTrial = false
    public var looks: [Look] = []
    public var steps: [Step] = []
    public var matches: [String] = []
    public var contains: [String] = []
    public var catches: [String] = []
    public var spares: [String] = []
}
public struct PatternFault: Error, Sendable { public let message = "" }
public struct BodyFault: Error, Sendable {}
public struct Pattern: Sendable {
    public init(_ text: String) throws(PatternFault) {}
    public func matches(_ bytes: RawSpan) -> Bool { false }
}
public final class SignatureSet: Sendable {
    public let signatures: [Signature]
    public init(_ signatures: [Signature]) throws(PatternFault) { self.signatures = signatures }
    public init() { signatures = [] }
}
public struct Finding: BitwiseCopyable, Sendable {
    public let signature: Int
    public let place: Place
}
public struct Inspector: ~Copyable {
    public init() {}
    public mutating func begin() {}
    public mutating func look(
        at value: RawSpan,
        in place: Place,
        named name: RawSpan,
        for set: SignatureSet
    ) {}
    public mutating func lookAtQuery(_ query: RawSpan, for set: SignatureSet) {}
    public mutating func lookAtCookies(_ field: RawSpan, for set: SignatureSet) {}
    public mutating func lookAtForm(_ body: RawSpan, for set: SignatureSet) throws(BodyFault) {}
    public mutating func lookAtJSON(_ body: RawSpan, for set: SignatureSet) throws(JSONFault) {}
    public mutating func lookAtMultipart(
        _ body: RawSpan,
        boundary: RawSpan,
        for set: SignatureSet
    ) throws(BodyFault) {}
    public mutating func lookAtXML(_ body: RawSpan, for set: SignatureSet) throws(BodyFault) {}
    public var findingCount: Int { 0 }
    public func finding(_ index: Int) -> Finding { Finding(signature: 0, place: .path) }
    @_lifetime(borrow self)
    public func name(of index: Int) -> RawSpan { RawSpan() }
}
public struct FormReader: ~Copyable {
    public init() {}
    public mutating func begin() {}
    public mutating func next(in text: RawSpan) throws(BodyFault) -> Bool { false }
    public var name: RawSpan { RawSpan() }
    public var value: RawSpan { RawSpan() }
}
public struct MultipartReader: ~Copyable {
    public init() {}
    public mutating func begin() {}
    public mutating func next(in text: RawSpan, boundary: RawSpan) throws(BodyFault) -> Bool {
        false
    }
    public var name: RawSpan { RawSpan() }
    public var value: RawSpan { RawSpan() }
}
public struct CookieReader: ~Copyable {
    public init() {}
    public mutating func next(in text: RawSpan) -> Bool { false }
    @_lifetime(copy text)
    public func name(in text: RawSpan) -> RawSpan { RawSpan() }
    @_lifetime(copy text)
    public func value(in text: RawSpan) -> RawSpan { RawSpan() }
}
