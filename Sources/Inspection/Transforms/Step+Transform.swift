import Vocabulary

/// What each step does, and which values it cannot change.
///
/// A step is told a value and memory to write to. It says whether it changed anything; if not, what it wrote means
/// nothing and the value itself goes on. None makes a value longer, but `length`, whose answer has 19 digits at most.
extension Step {
    /// A value without one of these bytes stays as it is, but under `length`.
    var triggers: ByteSet {
        switch self {
        case .decodeURL: Self.percentAndPlus
        case .decodeHTML: Self.ampersand
        case .decodeUnicode: .high
        case .lowercase: .capitals
        case .decodeJS, .decodeCSS, .decodeEscapes: Self.backslash
        case .joinSpaces, .dropSpaces: .spaces
        case .dropComments: Self.commentMarks
        case .dropNulls: Self.null
        case .plainPath: Self.slashes
        case .shellWords: Self.shellMarks
        case .decodeBase64, .length: .all
        }
    }

    /// A value with any byte but these stays as it is.
    var alphabet: ByteSet { self == .decodeBase64 ? Base64Decoding.alphabet : .all }

    /// Which bytes there can be afterwards, if there were `present` before; nil where that is not known without looking.
    ///
    /// There may be fewer: the set is only asked which signatures are out of the question.
    func bytes(after present: ByteSet) -> ByteSet? {
        switch self {
        case .lowercase: return present.lowercased
        case .joinSpaces:
            var set = present
            set.insert(0x20)
            return set
        case .dropSpaces, .dropNulls: return present
        default: return nil
        }
    }

    /// Writes what becomes of `source`; false where it stays as it is.
    func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        target.removeAll()
        switch self {
        case .decodeURL: return URLDecoding.apply(to: source, into: &target)
        case .decodeHTML: return HTMLDecoding.apply(to: source, into: &target)
        case .decodeBase64: return Base64Decoding.apply(to: source, into: &target)
        case .decodeUnicode: return UnicodeFolding.apply(to: source, into: &target)
        case .lowercase: return Lowercasing.apply(to: source, into: &target)
        case .decodeJS: return JSDecoding.apply(to: source, into: &target)
        case .decodeCSS: return CSSDecoding.apply(to: source, into: &target)
        case .decodeEscapes: return EscapeDecoding.apply(to: source, into: &target)
        case .joinSpaces: return SpaceJoining.apply(to: source, into: &target)
        case .dropSpaces: return SpaceDropping.apply(to: source, into: &target)
        case .dropComments: return CommentDropping.apply(to: source, into: &target)
        case .dropNulls: return NullDropping.apply(to: source, into: &target)
        case .plainPath: return PathPlaining.apply(to: source, into: &target)
        case .shellWords: return ShellPlaining.apply(to: source, into: &target)
        case .length: return LengthTaking.apply(to: source, into: &target)
        }
    }

    private static let percentAndPlus = ByteSet("%+".utf8)
    private static let ampersand = ByteSet("&".utf8)
    private static let backslash = ByteSet("\\".utf8)
    private static let commentMarks = ByteSet("*#-".utf8)
    private static let null = ByteSet([0])
    private static let slashes = ByteSet("/\\".utf8)
    private static let shellMarks: ByteSet = {
        var set = ByteSet("\"'\\^,;".utf8)
        set.formUnion(.spaces)
        return set
    }()
}

extension RawSpan {
    /// The number that `digits` hexadecimal digits from `start` spell.
    func hexadecimal(at start: Int, digits: Int) -> UInt32? {
        guard start &+ digits <= byteCount else { return nil }
        var value: UInt32 = 0
        for index in start..<(start &+ digits) {
            guard let digit = self[index].hexadecimalValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
