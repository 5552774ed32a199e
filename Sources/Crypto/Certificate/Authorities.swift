import COpenSSL

/// The roots that other people's certificates must lead to.
struct Authorities {
    private let certificates: [PEM.Certificate]
    /// Of the file, so that a session verified under other roots is not resumed under these.
    let digest: [UInt8]

    init(_ path: String, reading read: FileReading) throws(LoadFailure) {
        let bytes = try read(path)
        guard let found = PEM.certificates(in: bytes, upTo: TLSBounds.authorityCountMax) else {
            throw LoadFailure(
                path,
                "a certificate in it is broken, or there are more than \(TLSBounds.authorityCountMax)",
                help: "it should hold the authorities' certificates, one PEM block after the other"
            )
        }
        guard !found.isEmpty else {
            throw LoadFailure(
                path,
                "there is no certificate in it",
                help: "it should begin with `-----BEGIN CERTIFICATE-----`"
            )
        }
        certificates = found
        digest = Digest.sha256(bytes)
    }

    /// Has a context trust them, and name them to clients if it asks for certificates.
    func install(in context: TLSTerms, namingThem isNaming: Bool) throws(LoadFailure) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let store = unsafe SSL_CTX_get_cert_store(context.pointer)
        for certificate in certificates {
            guard unsafe X509_STORE_add_cert(store, certificate.pointer) == 1 else {
                throw LoadFailure("the system has no memory left for the authorities")
            }
            if isNaming { unsafe SSL_CTX_add_client_CA(context.pointer, certificate.pointer) }
        }
    }
}
