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

    /// The peer will not have the certificate that was shown, or wants one.
    ///
    /// In TLS 1.3 a server says so when its client has shaken hands already, but before it reads a byte
    /// of data (RFC 8446 §4.4.2).
    public var refusesCertificate: Bool {
        guard case .broken(let code) = self, ERR_GET_LIB(code) == ERR_LIB_SSL else { return false }
        let alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET
        return (SSL_AD_BAD_CERTIFICATE...SSL_AD_CERTIFICATE_UNKNOWN).contains(alert)
            || [SSL_AD_UNKNOWN_CA, SSL_AD_ACCESS_DENIED, SSL_AD_CERTIFICATE_REQUIRED].contains(
                alert
            )
    }

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
