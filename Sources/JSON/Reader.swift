/// One JSON text, value by value, and where in it each value stands.
///
/// Asked again and again, it names every key and every value that is not a bracket, in the order of
/// the text, with no tree in between. What it holds it keeps from one text to the next, so reading soon
/// allocates nothing. After a fault only `begin` is of use.
public struct JSONReader: ~Copyable, Sendable {
    public enum Kind: UInt8, Sendable {
        case key, string, number, `true`, `false`, null
    }

    private var tokens = JSONTokens()
    private var places = Scratch()
    /// How long the path of each open bracket is.
    private var bases: [Int] = Array(repeating: 0, count: JSON.depthMax + 1)
    public private(set) var kind = Kind.null

    public init() {}

    /// Forgets where it was, so that the next text begins.
    public mutating func begin() {
        tokens.begin()
        places.removeAll()
        kind = .null
    }

    /// Where the value stands, in the spelling of `JSONPath`: `items[].note`, and nothing for a value alone.
    ///
    /// A key stands at `items[].<key>`, whichever key it is.
    public var path: RawSpan {
        @_lifetime(borrow self)
        get { places.bytes }
    }

    /// What a string or a key is, unescaped, in UTF-8; a number or a word as it was written.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get { tokens.scratch.bytes }
    }

    /// Goes on to the next key or value of `text`, which has to be the same text until `begin`.
    ///
    /// False where the text has ended as it should.
    public mutating func next(in text: RawSpan) throws(JSONFault) -> Bool {
        if kind == .key {
            // The key is still in the tokens' scratch, and now its value's path is wanted.
            openMember()
            places.append(key: tokens.scratch)
            kind = .null
        }
        while true {
            switch try tokens.next(in: text) {
            case .objectStart: bases[tokens.depth] = places.count
            case .arrayStart:
                bases[tokens.depth] = places.count
                places.append(literal: "[]")
            case .objectEnd, .arrayEnd: places.cut(to: bases[tokens.depth &+ 1])
            case .name:
                openMember()
                places.append(literal: "<key>")
                return found(.key)
            case .string: return found(.string)
            case .number: return found(.number)
            case .yes: return found(.true)
            case .no: return found(.false)
            case .null: return found(.null)
            case .end: return false
            }
        }
    }

    private mutating func found(_ kind: Kind) -> Bool {
        self.kind = kind
        return true
    }

    /// The path of the open object, ready for a name.
    private mutating func openMember() {
        places.cut(to: bases[tokens.depth])
        if places.count > 0 { places.append(0x2E) }
    }
}
