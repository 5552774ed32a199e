import Vocabulary

/// `shell words`: a command as a shell would see it, without what only hides it.
///
/// Quotes, backslashes and carets go. Runs of white space, commas and semicolons become one space, and none is left
/// before a slash or an opening bracket. Letters keep their case: `lowercase` is a step of its own.
enum ShellPlaining {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        target.reserve(source.byteCount)
        var isChanged = false
        var at = 0
        while at < source.byteCount {
            let byte = source[at]
            let spaces = source.spaceLength(at: at)
            if spaces > 0 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
                let follows = target.count > 0 && target[target.count &- 1] == 0x20
                isChanged = isChanged || byte != 0x20 || follows
                if !follows { target.append(0x20) }
                at &+= max(spaces, 1)
                continue
            }
            at &+= 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "^"):
                isChanged = true
            case UInt8(ascii: "/"), UInt8(ascii: "("):
                if target.count > 0, target[target.count &- 1] == 0x20 {
                    target.cut(to: target.count &- 1)
                    isChanged = true
                }
                target.append(byte)
            default: target.append(byte)
            }
        }
        return isChanged
    }
}
