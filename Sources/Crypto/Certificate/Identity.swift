import COpenSSL

/// A certificate, the chain that leads to it and its key: who a server or a client says it is.
@safe
final class Identity {
    let certificate: PEM.Certificate
    private let chain: [PEM.Certificate]
    private let key: PEM.Key
    /// The hosts it stands for, in lower case, wildcards as `*.example.com`.
    let names: [String]
    /// Keys of different kinds can stand side by side for one name.
    let keyKind: Int32
    /// What the operator should know although it can be used.
    let warning: String?

    /// Reads both files and sees to it that they belong together.
    init(
        _ files: CertificateFiles,
        at secondsSince1970: Int,
        reading read: FileReading = SmallFile.onDisk
    ) throws(LoadFailure) {
        let path = files.certificate
        let bytes = try read(path)
        guard let found = PEM.certificates(in: bytes, upTo: TLSBounds.chainCountMax) else {
            throw LoadFailure(
                path,
                "a certificate in it is broken, or there are more than \(TLSBounds.chainCountMax)",
                help: "put the server's certificate first and then those that lead to its root"
            )
        }
        guard let first = found.first else {
            throw LoadFailure(
                path,
                "there is no certificate in it",
                help: "it should begin with `-----BEGIN CERTIFICATE-----`"
            )
        }
        certificate = first
        chain = Array(found.dropFirst())
        key = try Self.key(try read(files.key), in: files.key)
        guard unsafe X509_check_private_key(first.pointer, key.pointer) == 1 else {
            ERR_clear_error()
            throw LoadFailure(
                files.key,
                "the key does not belong to the first certificate in \(path)",
                help: "give the two of one pair, the server's own certificate first in its file"
            )
        }
        keyKind = unsafe EVP_PKEY_get_base_id(key.pointer)
        names = CertificateNames.names(of: first)
        warning = Self.warning(first, path, at: secondsSince1970)
    }

    private static func key(
        _ bytes: [UInt8],
        in path: String
    ) throws(LoadFailure) -> PEM.Key {
        switch PEM.key(in: bytes) {
        case .key(let key): return key
        case .encrypted:
            throw LoadFailure(
                path,
                "the key is encrypted, and nobody is there to type its password",
                help: "decrypt it with `openssl pkey -in FILE -out NEW` and guard the file instead"
            )
        case .none:
            throw LoadFailure(
                path,
                "there is no key in it",
                help: "it should begin with `-----BEGIN PRIVATE KEY-----`"
            )
        }
    }

    private static func warning(
        _ certificate: PEM.Certificate,
        _ path: String,
        at now: Int
    ) -> String? {
        var now = time_t(now)
        if unsafe X509_cmp_time(X509_get0_notAfter(certificate.pointer), &now) < 0 {
            return "\(path): the certificate has expired"
        }
        var (days, seconds): (Int32, Int32) = (0, 0)
        let ends = unsafe X509_get0_notAfter(certificate.pointer)
        let begins = unsafe ASN1_TIME_set(nil, now)
        defer { unsafe ASN1_TIME_free(begins) }
        if unsafe ASN1_TIME_diff(&days, &seconds, begins, ends) == 1,
            days < TLSBounds.endsSoonDaysMax
        {
            return "\(path): the certificate ends in \(days) day\(days == 1 ? "" : "s")"
        }
        if unsafe X509_cmp_time(X509_get0_notBefore(certificate.pointer), &now) > 0 {
            return "\(path): the certificate is not valid yet"
        }
        return nil
    }

    /// Has a context show it; false when the library will not have it.
    func install(in context: TLSTerms) -> Bool {
        guard let stack = unsafe openssl_chain_new() else { return false }
        defer { unsafe openssl_chain_free(stack) }
        for link in chain {
            unsafe X509_up_ref(link.pointer)
            unsafe openssl_chain_push(stack, link.pointer)
        }
        ERR_clear_error()
        defer { ERR_clear_error() }
        return unsafe SSL_CTX_use_cert_and_key(
            context.pointer,
            certificate.pointer,
            key.pointer,
            stack,
            1
        ) == 1
    }
}
