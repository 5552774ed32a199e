public import Policy
import Vocabulary

/// A place to listen or to dial, as it is written in rules.
extension Sentence {
    /// Reads `:443`, `127.0.0.1:8080`, `[::1]:8080`, `api.internal:8443` or `unix "/run/x.sock"`; nil for
    /// anything else.
    mutating func place() throws(Halt) -> Said<Installation.Place>? {
        if isNext("unix") {
            take()
            let path = try text("a path in quotes", example: "unix \"/run/gatehouse/web.sock\"")
            return Said(.unix(path: try socketPath(path)), at: path.at)
        }
        guard let token = takes(.port) ?? takes(.hostPort) else { return nil }
        guard let place = Installation.Place(token.text) else {
            throw halt(
                Diagnostic(
                    .wrongType,
                    "nobody can be reached at `\(token.text)`",
                    at: token.at,
                    "ports go up to 65535, and a name consists of letters, digits, `-` and `.`"
                )
            )
        }
        return Said(place, at: token.at)
    }

    /// The path of a socket: whole, and no longer than the kernel takes.
    mutating func socketPath(_ path: Name) throws(Halt) -> String {
        guard path.value.hasPrefix("/"), path.value.utf8.count < RulesBounds.socketPathMax else {
            throw halt(
                Diagnostic(
                    .wrongType,
                    "this is no path for a socket",
                    at: path.at,
                    "it begins with `/` and has fewer than \(RulesBounds.socketPathMax) letters"
                )
            )
        }
        return path.value
    }
}

extension Installation.Place {
    /// Reads `:443`, `127.0.0.1:8080`, `[::1]:8080` or `api.internal:8443`.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            text[colon...].dropFirst().utf8.allSatisfy(\.isDigit),
            let port = UInt16(text[colon...].dropFirst())
        else { return nil }
        var host = text[..<colon]
        if host.isEmpty {
            self = .everywhere(port: port)
            return
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard host.contains(":") == isBracketed else { return nil }
        if isBracketed { host = host.dropFirst().dropLast() }
        let bytes = Array(host.utf8)
        if let address = unsafe IPAddress(bytes.span.bytes) {
            self = .tcp(address, port: port)
        } else if !isBracketed, Self.isName(host) {
            self = .name(String(host), port: port)
        } else {
            return nil
        }
    }

    /// Labels of letters, digits and hyphens, the last one no number: that was meant as an address.
    private static func isName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last else { return false }
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
        }
        return areLabels && !last.utf8.allSatisfy(\.isDigit)
    }

    /// As it is written in rules.
    public var text: String {
        switch self {
        case .everywhere(let port): ":\(port)"
        case .tcp(let address, let port):
            address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        case .name(let name, let port): "\(name):\(port)"
        case .unix(let path): "unix \"\(path)\""
        }
    }

    var port: UInt16? {
        switch self {
        case .everywhere(let port), .tcp(_, let port), .name(_, let port): port
        case .unix: nil
        }
    }
}
