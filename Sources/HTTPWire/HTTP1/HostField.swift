import Vocabulary

/// Which host a request is for (RFC 9112 §3.2), in one spelling.
extension RequestHead {
    /// Judges Host, and that an absolute target names the same authority.
    mutating func settleHost(authority: ByteRange?) throws(WireError) {
        var given: ByteRange?
        if section.fields.has(.host) {
            for index in 0..<section.fields.count where section.fields[index].id == .host {
                guard given == nil else { throw .badHost }
                given = section.fields[index].value
            }
        }
        // Only HTTP/1.0 may leave it out, and no absolute target makes up for it.
        if given == nil, minorVersion == 1 { throw .badHost }
        if let authority {
            if let given, !section[given].equalsIgnoringCase(section[authority]) { throw .badHost }
            given = given ?? authority
        }
        guard let given else { return }
        hostRange = try section.canonicalHost(given)
    }
}

extension FieldSection {
    /// Lower case, without the root's dot.
    mutating func canonicalHost(_ raw: ByteRange) throws(WireError) -> ByteRange {
        let nameEnd = try Self.nameEnd(self[raw])
        try Self.checkPort(self[raw].extracting(nameEnd..<Int(raw.count)))
        for index in raw.bounds {
            let byte = text.bytes[index]
            if byte != byte.lowercased { text.replace(at: index, with: byte.lowercased) }
        }
        let last = raw.lowerBound &+ nameEnd &- 1
        guard text.bytes[last] == 0x2e else { return raw }
        let start = text.count
        for index in raw.bounds where index != last {
            let byte = text.bytes[index]
            text.append(byte)
        }
        return keep(start)
    }

    /// Where the name ends and a port may begin.
    private static func nameEnd(_ host: RawSpan) throws(WireError) -> Int {
        if host.byteCount > 0, host[0] == 0x5b {
            guard let close = host.firstIndex(of: 0x5d) else { throw .badHost }
            let inside = host.extracting(1..<close)
            guard inside.firstIndex(of: 0x3a) != nil, IPAddress(inside) != nil else {
                throw .badHost
            }
            return close &+ 1
        }
        let end = host.firstIndex(of: 0x3a) ?? host.byteCount
        var labelStart = 0
        for index in 0...end {
            let isEnd = index == end
            guard isEnd || host[index] == 0x2e else {
                guard host[index].isIn(.host) else { throw .badHost }
                continue
            }
            let count = index &- labelStart
            let isRoot = isEnd && count == 0 && index > 1
            guard isRoot || (count >= 1 && count <= WireBounds.labelByteMax) else { throw .badHost }
            labelStart = index &+ 1
        }
        let root = host[end &- 1] == 0x2e ? 1 : 0
        guard end &- root <= WireBounds.hostByteMax else { throw .badHost }
        return end
    }

    private static func checkPort(_ text: RawSpan) throws(WireError) {
        if text.byteCount == 0 { return }
        guard text[0] == 0x3a,
            let port = text.extracting(1..<text.byteCount).decimal(digitsMax: 5),
            port >= 1, port <= 65535
        else { throw .badHost }
    }
}
