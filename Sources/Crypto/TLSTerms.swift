import COpenSSL

/// What many sessions share: versions, ciphers, certificates.
///
/// Nothing of it changes once it is in use.
@safe
// SAFETY: it is set up before anybody else can see it; OpenSSL counts its references atomically and
// locks what sessions change in it.
final class TLSTerms: @unchecked Sendable {
    let pointer: OpaquePointer

    init(isServer: Bool) throws(LoadFailure) {
        let method = unsafe isServer ? TLS_server_method() : TLS_client_method()
        guard let made = unsafe SSL_CTX_new(method) else {
            throw LoadFailure("the system has no memory left for TLS")
        }
        unsafe pointer = made
        unsafe openssl_set_buffer_mode(made)
        unsafe SSL_CTX_set_options(
            made,
            isServer ? openssl_server_options() : openssl_client_options()
        )
        // Forward secret and authenticated; what TLS 1.3 has is all of that kind. The client chooses:
        // it knows whether its processor is better at AES or at ChaCha.
        let ciphers =
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
            + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
        guard unsafe SSL_CTX_set_cipher_list(made, ciphers) == 1,
            unsafe openssl_set_groups(made, "X25519:P-256:P-384") == 1
        else {
            throw LoadFailure("this OpenSSL lacks the ciphers TLS needs; use one that has them")
        }
        require(.tls12)
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    func require(_ version: TLSVersion) {
        unsafe openssl_set_min_version(
            pointer,
            version == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        )
    }
}
