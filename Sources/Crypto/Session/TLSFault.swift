import COpenSSL

/// What ended a session before its time.
public enum TLSFault: Error, Equatable, Sendable {
    /// The peer's certificate does not verify: OpenSSL's number for why.
    case untrusted(Int)
    /// The peer speaks HTTP where TLS is spoken.
    case clearText
    /// The peer broke the protocol, or refused ours: OpenSSL's number for how.
    case broken(UInt)
    /// The peer talks and talks, and never says anything.
    case excessive
    /// The peer ended without saying so, inside of the protocol.
    case cut

    /// In the library's words.
    public var text: String {
        switch self {
        case .untrusted(let code):
            unsafe String(cString: X509_verify_cert_error_string(code))
        case .clearText: "plain HTTP"
        case .broken(let code):
            unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
                ?? "unknown error"
        case .excessive: "too much without data"
        case .cut: "cut off"
        }
    }
}
