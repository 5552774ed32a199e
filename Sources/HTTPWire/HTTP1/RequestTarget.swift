import Vocabulary

/// The forms of a request target (RFC 9112 §3.2), and what each means here.
extension RequestHead {
    private enum TargetForm {
        case origin
        case asterisk
        /// Where the authority stands, counted from the target's start.
        case absolute(authority: Range<Int>)
    }

    /// Reads the target; answers the authority that an absolute form names.
    mutating func settleTarget(_ isSecure: Bool) throws(WireError) -> ByteRange? {
        let start = targetRange.lowerBound
        switch try targetForm(isSecure) {
        case .origin:
            try settlePath(from: start)
            return nil
        case .asterisk:
            pathRange = targetRange
            return nil
        case .absolute(let authority):
            try settleAbsolute(from: start &+ authority.upperBound)
            return ByteRange(start &+ authority.lowerBound, authority.count)
        }
    }

    private func targetForm(_ isSecure: Bool) throws(WireError) -> TargetForm {
        // A tunnel to anywhere, and an echo of what a browser meant to keep: neither is for an edge.
        if method == .connect || method == .trace { throw .methodNotImplemented }
        let target = section[targetRange]
        for index in 0..<target.byteCount {
            guard target[index].isIn(.visible), target[index] != 0x23 else { throw .badTarget }
        }
        if target[0] == 0x2f { return .origin }
        if target.equals("*") {
            guard method == .options else { throw .badTarget }
            return .asterisk
        }
        let namesSecure = target.startsIgnoringCase(with: "https://")
        guard namesSecure || target.startsIgnoringCase(with: "http://") else { throw .badTarget }
        guard namesSecure == isSecure else { throw .misdirected }
        let authorityStart = isSecure ? 8 : 7
        var end = authorityStart
        while end < target.byteCount, target[end] != 0x2f, target[end] != 0x3f {
            guard target[end] != 0x40 else { throw .badTarget }
            end &+= 1
        }
        return .absolute(authority: authorityStart..<end)
    }

    private mutating func settleAbsolute(from pathStart: Int) throws(WireError) {
        let isBare = pathStart == targetRange.upperBound
        if !isBare, section.text.bytes[pathStart] == 0x2f {
            try settlePath(from: pathStart)
            return
        }
        // RFC 9112 §3.2.4: OPTIONS of a whole server; any other empty path is the root.
        let kept = section.text.count
        section.text.append(isBare && method == .options ? "*" : "/")
        pathRange = section.keep(kept)
        if !isBare { settleQuery(from: pathStart) }
    }

    /// Splits path from query, the path beginning at `start`.
    private mutating func settlePath(from start: Int) throws(WireError) {
        let end = targetRange.upperBound
        let mark = section.text.bytes.extracting(start..<end).firstIndex(of: 0x3f)
        let pathEnd = mark.map { start &+ $0 } ?? end
        pathRange = try section.canonicalPath(ByteRange(start, pathEnd &- start))
        if mark != nil { settleQuery(from: pathEnd) }
    }

    private mutating func settleQuery(from mark: Int) {
        hasQuery = true
        queryRange = ByteRange(mark &+ 1, targetRange.upperBound &- mark &- 1)
    }
}
