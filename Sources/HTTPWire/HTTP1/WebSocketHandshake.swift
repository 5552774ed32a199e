import Vocabulary

/// The opening handshake of RFC 6455 §4.2.1.
///
/// A gateway that opens a tunnel on an Upgrade field alone can be led to believe in a tunnel the
/// upstream refused, and to pass unread requests through it. So the handshake is judged here, and the
/// tunnel opens only on the 101 that answers it.
extension RequestHead {
    /// Throws unless the handshake is whole; the caller has seen that `asksWebSocket`.
    public func checkWebSocket() throws(WireError) {
        guard let version = try onlyValue(of: .secWebSocketVersion),
            section[version].equals("13")
        else { throw .upgradeRequired }
        guard let key = try onlyValue(of: .secWebSocketKey), Self.isKey(section[key]) else {
            throw .badUpgrade
        }
    }

    /// What is said twice could be read twice.
    private func onlyValue(of id: FieldName) throws(WireError) -> ByteRange? {
        var only: ByteRange?
        for index in 0..<section.fields.count where section.fields[index].id == id {
            guard only == nil else { throw .badUpgrade }
            only = section.fields[index].value
        }
        return only
    }

    /// Sixteen bytes in base64.
    private static func isKey(_ key: RawSpan) -> Bool {
        guard key.byteCount == 24, key[22] == 0x3d, key[23] == 0x3d else { return false }
        for index in 0..<22 {
            let byte = key[index]
            guard byte.isLetter || byte.isDigit || byte == 0x2b || byte == 0x2f else {
                return false
            }
        }
        return true
    }
}
