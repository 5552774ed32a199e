import CPatterns
import Vocabulary

/// Many patterns asked at once, for what one alone would cost.
// SAFETY: RE2 lets any number of threads match with one set, which never changes once it is compiled.
@safe
final class PatternSet: @unchecked Sendable {
    private let set: UnsafeMutableRawPointer

    /// nil where they are too large to be asked together, and each has to be asked alone.
    init?(_ patterns: [Pattern]) {
        let memory = Int64(InspectionBounds.patternSetByteCountMax)
        guard let opened = unsafe cpatterns_set_open(memory) else { return nil }
        unsafe set = opened
        for pattern in patterns {
            var text = pattern.text
            let added = text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { letters in
                    unsafe cpatterns_set_add(opened, letters.baseAddress, letters.count)
                }
            }
            guard added != 0 else { return nil }
        }
        guard unsafe cpatterns_set_compile(set) != 0 else { return nil }
    }

    deinit {
        unsafe cpatterns_set_close(set)
    }

    /// Writes the numbers of those found in `bytes` and says how many; nil where each has to be asked alone.
    func matches(_ bytes: RawSpan, into found: inout [Int32]) -> Int? {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe found.withUnsafeMutableBufferPointer { room in
                guard let first = room.baseAddress else { return Int32(-1) }
                return unsafe cpatterns_set_matches(
                    set,
                    bytes.baseAddress,
                    bytes.count,
                    first,
                    room.count
                )
            }
        }
        return count < 0 ? nil : Int(count)
    }

    /// A byte as a pattern that stands for it alone.
    static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return (digits.count == 1 ? "\\x0" : "\\x") + digits
    }
}
