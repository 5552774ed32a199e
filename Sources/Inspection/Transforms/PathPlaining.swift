import Vocabulary

/// `plain path`: backslashes become slashes, doubled slashes one, and dot segments are followed.
///
/// A `..` with nothing before it to take back stays: `../../etc` is what it is. At a root it goes, as it would there.
enum PathPlaining {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        guard contains(source) else { return false }
        let isRooted = source.byteCount > 0 && isSlash(source[0])
        if isRooted { target.append(UInt8(ascii: "/")) }
        let root = target.count
        var at = 0
        // How much of the target cannot be taken back.
        var kept = root
        while at < source.byteCount {
            while at < source.byteCount, isSlash(source[at]) { at &+= 1 }
            let start = at
            while at < source.byteCount, !isSlash(source[at]) { at &+= 1 }
            let isLast = at == source.byteCount
            switch dots(source, start, at) {
            case 1: break
            case 2 where target.count > kept: takeBack(&target, kept)
            case 2 where isRooted: break
            case 2:
                target.append(source, from: start, to: at)
                if !isLast { target.append(UInt8(ascii: "/")) }
                kept = target.count
            default:
                target.append(source, from: start, to: at)
                if !isLast { target.append(UInt8(ascii: "/")) }
            }
        }
        return !isSame(source, target)
    }

    /// Takes the last segment back, with its slash.
    private static func takeBack(_ target: inout Scratch, _ kept: Int) {
        var end = target.count &- 1
        while end > kept, target[end &- 1] != UInt8(ascii: "/") { end &-= 1 }
        target.cut(to: end)
    }

    /// 1 for `.`, 2 for `..`, otherwise 0.
    private static func dots(_ source: RawSpan, _ start: Int, _ end: Int) -> Int {
        guard 1...2 ~= end &- start, source[start] == UInt8(ascii: "."),
            source[end &- 1] == UInt8(ascii: ".")
        else { return 0 }
        return end &- start
    }

    /// Whether it has a slash at all; without one it is no path.
    private static func contains(_ source: RawSpan) -> Bool {
        source.firstIndex(of: UInt8(ascii: "/")) != nil
            || source.firstIndex(of: UInt8(ascii: "\\")) != nil
    }

    private static func isSlash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }

    private static func isSame(_ source: RawSpan, _ target: borrowing Scratch) -> Bool {
        guard source.byteCount == target.count else { return false }
        for index in 0..<source.byteCount where source[index] != target[index] { return false }
        return true
    }
}
