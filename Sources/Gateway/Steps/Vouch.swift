import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Appends what we vouch for to the request's head: who asked, how, for which host, by which name.
    ///
    /// Whatever the client wrote under these names has been removed. One address is written, the one
    /// we believe, so that no reader of the list can choose another.
    func vouch(in output: inout ByteBuffer) {
        appendClient("X-Forwarded-For: ", to: &output)
        output.append("X-Forwarded-Proto: ")
        output.append(client.isSecure ? "https" : "http")
        let host = exchange.head.host
        if host.byteCount > 0 {
            output.append("\r\nX-Forwarded-Host: ")
            output.append(host)
        }
        output.append("\r\n")
        if client.address != nil { appendClient("X-Real-IP: ", to: &output) }
        appendForwarded(to: &output)
        if clientCertificate != nil { appendClientCertificate(to: &output) }
        output.append("X-Request-Id: ")
        output.append(id.bytes)
        output.append("\r\n")
        appendTrace(to: &output)
    }

    private func appendClient(_ name: StaticString, to output: inout ByteBuffer) {
        output.append(name)
        if let address = client.address { output.append(address) } else { output.append("unknown") }
        output.append("\r\n")
    }

    /// RFC 7239 §4.
    private func appendForwarded(to output: inout ByteBuffer) {
        output.append("Forwarded: for=")
        if let address = client.address {
            output.append(address.isV4 ? "" : "\"[")
            output.append(address)
            output.append(address.isV4 ? "" : "]\"")
        } else {
            output.append("unknown")
        }
        let host = exchange.head.host
        if host.byteCount > 0 {
            output.append(";host=\"")
            output.append(host)
            output.append(0x22)
        }
        output.append(client.isSecure ? ";proto=https\r\n" : ";proto=http\r\n")
    }
}
