/// `lowercase`: ASCII letters alone; a byte from 0x80 on may belong to anything.
enum Lowercasing {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        target.append(lowercasing: source)
    }
}
