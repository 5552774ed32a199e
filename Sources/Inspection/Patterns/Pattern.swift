import CPatterns
import Vocabulary

/// One compiled regular expression, matched in time linear in what it looks at.
///
/// It sees bytes, not characters: what is no UTF-8 hides nothing, and a dot is any byte, a line's end included.
public struct Pattern: Sendable {
    private let compiled: Compiled
    /// What every match has at least one byte of; see `PatternTree`.
    let needs: [ByteSet]
    let text: String

    public init(_ text: String) throws(PatternFault) {
        let bytes = Array(text.utf8)
        if let fault = BacktrackingScan.fault(in: bytes) { throw fault }
        compiled = try Compiled(bytes)
        needs = PatternTree(bytes)?.needs ?? []
        self.text = text
    }

    /// A pattern that is found wherever `literal` stands, byte for byte.
    init(literal: String) throws(PatternFault) {
        let escaped = literal.utf8.map { byte -> String in
            let isPlain = byte.isLetter || byte.isDigit
            return isPlain ? String(Unicode.Scalar(byte)) : PatternSet.escape(byte)
        }
        try self.init(escaped.joined())
    }

    /// Whether it is found anywhere in `bytes`.
    public func matches(_ bytes: RawSpan) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe cpatterns_matches(compiled.pattern, bytes.baseAddress, bytes.count) != 0
        }
    }

    /// Where in `text` a repetition without an end is itself repeated without an end: `(a+)+`.
    ///
    /// Here it costs nothing; nearly always it is not what was meant.
    public static func repeatsRepetition(_ text: String) -> Range<Int>? {
        PatternTree(Array(text.utf8))?.repeatedRepetition
    }
}

extension Pattern {
    /// RE2's own, freed with the last pattern that holds it.
    // SAFETY: RE2 lets any number of threads match with one pattern, which never changes.
    @safe
    private final class Compiled: @unchecked Sendable {
        let pattern: UnsafeMutableRawPointer

        init(_ text: [UInt8]) throws(PatternFault) {
            var fault = cpatterns_fault()
            let memory = Int64(InspectionBounds.patternByteCountMax)
            let opened = unsafe text.withUnsafeBytes { bytes in
                unsafe cpatterns_open(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    bytes.count,
                    memory,
                    &fault
                )
            }
            guard let opened = unsafe opened else {
                let piece = unsafe withUnsafeBytes(of: fault.piece) { bytes in
                    unsafe Array(bytes.prefix(fault.piece_length))
                }
                throw PatternFault(code: Int(fault.code), piece: piece, in: text)
            }
            unsafe pattern = opened
        }

        deinit {
            unsafe cpatterns_close(pattern)
        }
    }
}

extension PatternFault {
    /// What RE2 says, in words that name what was written.
    fileprivate init(code: Int, piece: [UInt8], in text: [UInt8]) {
        let place = Self.place(of: piece, in: text)
        let words = String(decoding: piece, as: UTF8.self)
        switch code {
        case -1, 15:
            self.init(.tooLarge, at: nil, "the pattern is too large once it is written out")
        case 10: self.init(.tooLarge, at: place, "`\(words)` repeats more than 1000 times")
        case 2: self.init(.malformed, at: place, "`\(words)` is no escape")
        case 3: self.init(.malformed, at: place, "`\(words)` is no class of bytes")
        case 4: self.init(.malformed, at: place, "the range `\(words)` runs backwards")
        case 5: self.init(.malformed, at: place, "`]` is missing")
        case 6: self.init(.malformed, at: nil, "`)` is missing")
        case 7: self.init(.malformed, at: place, "there is a `)` too many")
        case 8:
            self.init(.malformed, at: text.count..<text.count, "the pattern ends after a backslash")
        case 9: self.init(.malformed, at: place, "there is nothing before `\(words)` to repeat")
        case 11: self.init(.malformed, at: place, "`\(words)` repeats a repetition")
        case 12: self.init(.malformed, at: place, "`\(words)` opens no group that is known")
        case 14: self.init(.malformed, at: place, "`\(words)` is no name for a group")
        default: self.init(.malformed, at: place, "`\(words)` is not understood")
        }
    }

    private static func place(of piece: [UInt8], in text: [UInt8]) -> Range<Int>? {
        guard !piece.isEmpty, piece.count <= text.count else { return nil }
        for start in 0...text.count - piece.count where text[start...].starts(with: piece) {
            return start..<start + piece.count
        }
        return nil
    }
}
