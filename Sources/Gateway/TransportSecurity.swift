import Crypto
import HTTPWire
import Transport
import Vocabulary

/// What TLS adds to a request and its answer.
extension RequestPath {
    /// Appends Strict-Transport-Security to an answer over TLS, where it is set (RFC 6797 §7.1).
    ///
    /// What the rules say of the same goes before what the listener does.
    mutating func appendTransportSecurity(_ terms: AnswerTerms) {
        guard let seconds = bench.settings.strictSeconds, exchange.client.isSecure,
            !terms.saysStrict
        else { return }
        exchange.client.output.append("Strict-Transport-Security: max-age=")
        exchange.client.output.append(decimal: seconds)
        exchange.client.output.append("\r\n")
    }

    /// What an upstream says of the same is taken back only where we say it.
    func overruled(by terms: AnswerTerms) -> FieldNameSet {
        let isOurs = bench.settings.strictSeconds != nil && exchange.client.isSecure
        return isOurs ? terms.overruled.union([.strictTransportSecurity]) : terms.overruled
    }

    /// Appends Location: the same request over https, at another port if it is not the usual one.
    mutating func appendLocation(port: UInt16) {
        Self.appendLocation(of: exchange.head, port, to: &exchange.client.output)
    }

    private static func appendLocation(
        of head: borrowing RequestHead,
        _ port: UInt16,
        to output: inout ByteBuffer
    ) {
        // An address in brackets has colons of its own.
        let bracket = head.host.lastIndex(of: 0x5d) ?? 0
        let end = head.host.firstIndex(of: 0x3a, from: bracket) ?? head.host.byteCount
        output.append("Location: https://")
        output.append(head.host.extracting(first: end))
        if port != 443 {
            output.append(0x3a)
            output.append(decimal: Int(port))
        }
        if head.path.byteCount > 0, head.path[0] == 0x2f { output.append(head.path) }
        if let query = head.query {
            output.append(0x3f)
            output.append(query)
        }
        output.append("\r\n")
    }

    /// Appends the certificate the client showed and that verified (RFC 9440 §2.2).
    func appendClientCertificate(to output: inout ByteBuffer) {
        guard let certificate = clientCertificate else { return }
        output.append("Client-Cert: :")
        for start in stride(from: 0, to: certificate.count, by: 3) {
            let count = min(3, certificate.count - start)
            var bits = 0
            for index in 0..<3 {
                bits = bits << 8 | (index < count ? Int(certificate[start + index]) : 0)
            }
            for place in 0..<4 {
                output.append(place <= count ? Self.digit(bits >> (18 - 6 * place) & 63) : 0x3d)
            }
        }
        output.append(":\r\n")
    }

    /// One of the sixty-four (RFC 4648 §4).
    private static func digit(_ value: Int) -> UInt8 {
        switch value {
        case 0..<26: 0x41 + UInt8(value)
        case 26..<52: 0x61 + UInt8(value - 26)
        case 52..<62: 0x30 + UInt8(value - 52)
        case 62: 0x2b
        default: 0x2f
        }
    }
}
