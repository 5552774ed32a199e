import Vocabulary

/// `lowercase`: ASCII letters alone; a byte from 0x80 on may belong to anything.
enum Lowercasing {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        target.reserve(source.byteCount)
        var changed: UInt8 = 0
        for index in 0..<source.byteCount {
            let byte = source[index]
            let lower = byte.lowercased
            changed |= byte ^ lower
            target.append(lower)
        }
        return changed != 0
    }
}
