import COpenSSL

@testable import Crypto

/// What a test has a peer do that ours never does.
extension TLSPeer {
    func limitToTLS12() {
        let context = unsafe client.context.pointer
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    }
}

extension TLSClient {
    func offer(protocols: [String]) {
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        unsafe SSL_CTX_set_alpn_protos(context.pointer, list, UInt32(list.count))
    }

    /// Which signatures it can verify, and so which kind of certificate it can be shown.
    func offer(signatures: String) {
        var list = Array(signatures.utf8CString)
        let context = unsafe context.pointer
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_SIGALGS_LIST, 0, &list)
    }
}

extension TLSSession {
    /// Has the next bytes written begin with new keys, once for each call.
    func updateKeys() {
        unsafe withSession { session in
            _ = unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED)
            _ = unsafe SSL_do_handshake(session)
        }
    }

    /// Asks for keys to be negotiated anew, as TLS 1.2 could be asked.
    func renegotiate() {
        unsafe withSession { session in
            unsafe SSL_clear_options(session, openssl_client_options())
            _ = unsafe SSL_renegotiate(session)
            _ = unsafe SSL_do_handshake(session)
        }
    }

    /// The peer's certificate leads to a root that is trusted, whatever its name.
    var rootIsTrusted: Bool {
        unsafe withSession { session in
            let result = Int32(truncatingIfNeeded: unsafe SSL_get_verify_result(session))
            return result == X509_V_OK || result == X509_V_ERR_HOSTNAME_MISMATCH
        }
    }
}
