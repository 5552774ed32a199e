public import Policy
import Vocabulary

/// An address to listen on, and how connections begin there.
public struct ListenItem: Sendable {
    public var place: Said<Installation.Place>
    public var speaksTLS: Said<Bool>?
    /// Only with a certificate of its own; more of them are said beside it.
    public var pair: PairItem?
    /// The list of networks whose PROXY header is believed, and required.
    public var proxyFrom: Name?
    /// The same for whoever connects, where that is not for addresses to say.
    public var takesProxyFromAll: Said<Bool>?
    /// Everything is sent on to https, at this port.
    public var redirect: Said<Int>?
    public var at: SourceRange

    private static let example =
        "listen :443 with certificate file(\"/etc/gatehouse/tls.crt\") and key file(\"/etc/gatehouse/tls.key\")"

    /// Reads `listen :443 with certificate file("…") and key file("…")`, or `listen :443 with tls`.
    init(_ sentence: inout Sentence) throws(Sentence.Halt) {
        at = sentence.statement.at
        guard let place = try sentence.place() else {
            throw sentence.missing("a port or an address", example: Self.example)
        }
        self.place = place
        var item = self
        if sentence.takes("redirect") { try item.readRedirect(&sentence) }
        while sentence.takes("with") || sentence.takes("and") {
            if sentence.isNext("certificate") {
                let start = sentence.gap
                sentence.take()
                item.pair = try PairItem(&sentence, example: Self.example)
                item.speaksTLS = Said(true, at: start)
            } else if sentence.isNext("tls") {
                item.speaksTLS = Said(true, at: sentence.gap)
                sentence.take()
            } else if sentence.isNext("proxy") {
                try item.readProxy(&sentence)
            } else {
                throw sentence.missing(
                    "`certificate`, `tls` or `proxy protocol`",
                    example: Self.example
                )
            }
        }
        self = item
    }

    private mutating func readRedirect(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "listen :80 redirect to https"
        let start = sentence.gap
        try sentence.expect("to", "https", example: example)
        guard sentence.takes("at") else {
            redirect = Said(443, at: start)
            return
        }
        try sentence.expect("port", example: "listen :80 redirect to https at port 8443")
        redirect = try sentence.integer(
            in: 1...65_535,
            "a port",
            example: "listen :80 redirect to https at port 8443"
        )
    }

    private mutating func readProxy(_ sentence: inout Sentence) throws(Sentence.Halt) {
        let example = "with proxy protocol from load_balancers"
        let start = sentence.gap
        try sentence.expect("proxy", "protocol", example: example)
        if sentence.takes("from") {
            proxyFrom = try sentence.name(example: example)
        } else {
            takesProxyFromAll = Said(true, at: start)
        }
    }
}

/// A certificate and the key that belongs to it.
public struct PairItem: Sendable {
    public let certificate: Said<Secret>
    public let key: Said<Secret>

    /// Reads `file("…") and key file("…")`, the word `certificate` taken.
    init(_ sentence: inout Sentence, example: String) throws(Sentence.Halt) {
        certificate = try sentence.secret(example: example)
        try sentence.expect("and", "key", example: example)
        key = try sentence.secret(example: example)
    }
}
