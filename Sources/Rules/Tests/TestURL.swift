/// The parts of an absolute URL that a request is made of.
struct TestURL: Equatable {
    let isSecure: Bool
    /// Host and port, as they stand in the Host field.
    let authority: String
    /// Path and query as they go into the request line.
    let target: String

    /// nil where it is no http or https URL.
    ///
    /// What a request line cannot carry at all, such as a blank, is escaped as any client would; all else
    /// goes as it is written, so that a test can send what a client never should.
    init?(_ text: String) {
        var rest = text[...]
        if rest.lowercased().hasPrefix("https://") || rest.lowercased().hasPrefix("wss://") {
            isSecure = true
        } else if rest.lowercased().hasPrefix("http://") || rest.lowercased().hasPrefix("ws://") {
            isSecure = false
        } else {
            return nil
        }
        guard let scheme = rest.firstRange(of: "://") else { return nil }
        rest = rest[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let host = rest[..<end]
        guard !host.isEmpty, !host.contains("@"), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        authority = String(host)
        let path = FormText.target(String(rest[end...]))
        target = path.hasPrefix("/") ? path : "/" + path
    }

    /// What the client asks for in the TLS handshake: the host without its port, unless it is an address.
    var serverName: String? {
        guard isSecure, !authority.hasPrefix("[") else { return nil }
        let name = authority.prefix { $0 != ":" }
        return name.contains(where: \.isLetter) ? name.lowercased() : nil
    }
}
