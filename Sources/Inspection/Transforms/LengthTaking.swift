import Vocabulary

/// `length`: how many bytes the value has, in decimal.
enum LengthTaking {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var divisor = 1
        while divisor <= source.byteCount / 10 { divisor *= 10 }
        while divisor > 0 {
            target.append(0x30 &+ UInt8(truncatingIfNeeded: source.byteCount / divisor % 10))
            divisor /= 10
        }
        return true
    }
}
