public import JSON
import Vocabulary

/// What one worker inspects requests with, one after the other.
///
/// It is told to begin, shown the parts of a request, and asked what was found. All its memory is kept from
/// one request to the next. Whatever has `isFull` was not looked at to its end, so whoever decides has to refuse it:
/// a request that could fill the findings with trifles must not hide an attack behind them.
public struct Inspector: ~Copyable, Sendable {
    var bench = Bench()
    var findings = Findings()
    var form = FormReader()
    var cookies = CookieReader()
    var json = JSONReader()
    var multipart = MultipartReader()
    var xml = XMLReader()
    /// A header's name in small letters.
    private var lowered = Scratch()

    public init() {}

    /// Forgets what the last request left.
    public mutating func begin() {
        findings.begin()
    }

    // MARK: Findings

    /// Findings so far: a signature in one field counts once, however often it is there.
    public var findingCount: Int { findings.count }

    /// Whether there was more than could be kept or looked at.
    public var isFull: Bool { findings.isFull }

    public func finding(_ index: Int) -> Finding { findings[index] }

    /// The field of a finding, spelled as `FieldName` says: `items[].note`, `q`, `user-agent`, or nothing.
    @_lifetime(borrow self)
    public func name(of index: Int) -> RawSpan { findings.name(of: index) }

    // MARK: Looking

    /// Looks at one value; `name` is the field's, or nothing where the place has none.
    ///
    /// For a header the letters of its name may be of either case, and the finding has small ones.
    public mutating func look(
        at value: RawSpan,
        in place: Place,
        named name: RawSpan,
        for set: SignatureSet
    ) {
        guard place == .header else {
            return Self.look(at: value, in: place, named: name, true, set, &bench, &findings)
        }
        guard set.looks(in: .header) else { return }
        lowered.removeAll()
        _ = lowered.append(lowercasing: name)
        Self.look(at: value, named: lowered, set, &bench, &findings)
    }

    /// Looks at the names and values of a query, percent signs and plus signs decoded once.
    public mutating func lookAtQuery(_ query: RawSpan, for set: SignatureSet) {
        Self.lookAtPairs(query, in: .query, set, &form, &bench, &findings)
    }

    /// Looks at the names and values of a body that is `application/x-www-form-urlencoded`.
    public mutating func lookAtForm(_ body: RawSpan, for set: SignatureSet) {
        Self.lookAtPairs(body, in: .form, set, &form, &bench, &findings)
    }

    /// Looks at the names and values of one Cookie field, as they were sent.
    public mutating func lookAtCookies(_ field: RawSpan, for set: SignatureSet) {
        Self.lookAtCookies(field, set, &cookies, &bench, &findings)
    }

    /// Looks at the keys and values of a JSON body, and refuses what is none, even if nothing looks there.
    public mutating func lookAtJSON(_ body: RawSpan, for set: SignatureSet) throws(JSONFault) {
        try Self.lookAtJSON(body, set, &json, &bench, &findings)
    }
}

// Each part is passed by itself, so that a span of one may be held while another is written.
extension Inspector {
    /// The name under which a name is itself looked at.
    static let keyName: StaticString = "<key>"

    static func look(
        at value: RawSpan,
        in place: Place,
        named name: RawSpan,
        _ isSpelled: Bool,
        _ set: SignatureSet,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) {
        let plan = set.planNumber(for: place, named: name)
        guard plan >= 0, findings.admit() else { return }
        bench.examine(
            value,
            by: set[plan],
            in: place,
            named: name,
            isSpelled: isSpelled,
            into: &findings
        )
    }

    private static func look(
        at value: RawSpan,
        named name: borrowing Scratch,
        _ set: SignatureSet,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) {
        look(at: value, in: .header, named: name.bytes, true, set, &bench, &findings)
    }

    private static func lookAtPairs(
        _ text: RawSpan,
        in place: Place,
        _ set: SignatureSet,
        _ form: inout FormReader,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) {
        guard set.looks(in: place) else { return }
        form.begin()
        while form.next(in: text), !findings.isFull {
            look(at: form.name, in: place, named: key, true, set, &bench, &findings)
            look(at: form.value, in: place, named: form.name, false, set, &bench, &findings)
        }
    }

    private static func lookAtCookies(
        _ field: RawSpan,
        _ set: SignatureSet,
        _ cookies: inout CookieReader,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) {
        guard set.looks(in: .cookie) else { return }
        cookies.begin()
        while cookies.next(in: field), !findings.isFull {
            look(at: cookies.name, in: .cookie, named: key, true, set, &bench, &findings)
            look(at: cookies.value, in: .cookie, named: cookies.name, false, set, &bench, &findings)
        }
    }

    private static func lookAtJSON(
        _ body: RawSpan,
        _ set: SignatureSet,
        _ json: inout JSONReader,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) throws(JSONFault) {
        json.begin()
        while try json.next(in: body) {
            look(at: json.value, in: .json, named: json.path, true, set, &bench, &findings)
        }
    }

    static var key: RawSpan {
        @_lifetime(immortal)
        get {
            let span = unsafe RawSpan(
                _unsafeStart: keyName.utf8Start,
                byteCount: keyName.utf8CodeUnitCount
            )
            return unsafe _overrideLifetime(span, borrowing: ())
        }
    }
}
