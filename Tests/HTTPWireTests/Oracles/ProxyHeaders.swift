import HTTPWire
import Vocabulary

extension Oracle {
    /// A PROXY header reads the same however much of what follows is there, and says nothing before it
    /// is whole.
    public static func proxyHeader(_ bytes: [UInt8]) -> String? {
        let whole = unsafe ProxyHeader.read(bytes.span.bytes)
        var end = bytes.count
        if case .header(let header) = whole {
            guard header.byteCount >= 8, header.byteCount <= bytes.count,
                header.byteCount <= WireBounds.proxyHeaderByteMax
            else { return "\(header.byteCount) bytes of \(bytes.count)" }
            if let complaint = plainLine(bytes, header) { return complaint }
            end = header.byteCount
        }
        var wasMalformed = false
        for count in stride(from: 0, through: bytes.count, by: bytes.count > 300 ? 7 : 1) {
            let part = Array(bytes.prefix(count))
            let reading = unsafe ProxyHeader.read(part.span.bytes)
            switch (reading, whole) {
            case (.incomplete, _):
                if wasMalformed { return "refused before \(count) bytes, and not with them" }
                if count >= end, whole != .incomplete { return "not whole with \(count) bytes" }
            case (.malformed, .malformed): wasMalformed = true
            case (.header, .header) where reading == whole && count >= end: break
            default: return "\(reading) of \(count) bytes, whole: \(whole)"
            }
        }
        return nil
    }

    /// A line that was taken has just the words it must, told slowly.
    private static func plainLine(_ bytes: [UInt8], _ header: ProxyHeader) -> String? {
        guard bytes[0] == 0x50 else { return nil }
        let line = String(decoding: bytes.prefix(header.byteCount), as: UTF8.self)
        guard line.hasSuffix("\r\n"), header.byteCount <= WireBounds.proxyLineByteMax else {
            return "not a line: \(line)"
        }
        let words = line.dropLast(1).split(separator: " ", omittingEmptySubsequences: false)
        if words.count > 1, words[1] == "UNKNOWN" { return header.source == nil ? nil : line }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6", header.source != nil,
            words[4...].allSatisfy({ UInt16($0) != nil && String(UInt16($0) ?? 0) == $0 })
        else { return "taken: \(line)" }
        return nil
    }
}
