import COpenSSL
import Glibc

/// What is known of the other side once hands are shaken.
extension TLSSession {
    /// The certificate the peer showed and that verified, in DER.
    public var peerCertificate: [UInt8]? {
        unsafe withSession { session in
            guard let certificate = unsafe SSL_get0_peer_certificate(session),
                unsafe SSL_get_verify_result(session) == Int(X509_V_OK)
            else { return nil }
            return unsafe PEM.encoding(of: certificate)
        }
    }

    /// The host a client asked for before anything else; nil where it named none.
    ///
    /// No longer than a host can be: what is longer is cut, and names nothing.
    public var serverName: [UInt8]? {
        unsafe withSession { session in
            guard let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
                return nil
            }
            return unsafe Array(UnsafeRawBufferPointer(start: name, count: strnlen(name, 256)))
        }
    }

    /// The server at the other end; nil where the other end is a client.
    public var server: TLSPeer? { owner as? TLSPeer }

    /// An earlier session was taken up again.
    public var isResumed: Bool { unsafe withSession { unsafe SSL_session_reused($0) == 1 } }

    public var version: TLSVersion {
        unsafe withSession { unsafe SSL_version($0) >= TLS1_3_VERSION ? .tls13 : .tls12 }
    }
}
