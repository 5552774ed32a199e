import COpenSSL

/// The hosts a certificate stands for.
enum CertificateNames {
    /// The DNS names among its alternative names; its common name only if it has none (RFC 6125 §6.4.4).
    ///
    /// What is no host name, or has a wildcard anywhere but as its whole first label, is left out: no
    /// client would accept it.
    static func names(of certificate: PEM.Certificate) -> [String] {
        let kind = NID_subject_alt_name
        let found = unsafe X509_get_ext_d2i(certificate.pointer, kind, nil, nil)
        defer { ERR_clear_error() }
        guard let found = unsafe found else {
            return commonName(of: certificate).map { [$0] } ?? []
        }
        let names = OpaquePointer(found)
        defer { unsafe openssl_names_free(names) }
        var hosts: [String] = []
        for index in 0..<min(Int(unsafe openssl_names_count(names)), TLSBounds.nameCountMax) {
            var type: Int32 = -1
            guard let name = unsafe openssl_names_at(names, Int32(index)),
                let value = unsafe GENERAL_NAME_get0_value(name, &type), type == GEN_DNS
            else { continue }
            let text = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
            if let host = unsafe host(in: text) { hosts.append(host) }
        }
        return hosts
    }

    private static func commonName(of certificate: PEM.Certificate) -> String? {
        guard let subject = unsafe X509_get_subject_name(certificate.pointer) else { return nil }
        let place = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard place >= 0, let entry = unsafe X509_NAME_get_entry(subject, place),
            let value = unsafe X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        return unsafe host(in: value)
    }

    private static func host(in text: UnsafePointer<ASN1_STRING>) -> String? {
        let count = Int(unsafe ASN1_STRING_length(text))
        guard count > 0, let start = unsafe ASN1_STRING_get0_data(text) else { return nil }
        return host(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    }

    /// A host name in lower case; nil for what is none.
    static func host(_ bytes: [UInt8]) -> String? {
        guard bytes.count <= 253 else { return nil }
        var lower: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x41...0x5a: lower.append(byte | 0x20)
            case 0x61...0x7a, 0x30...0x39, 0x2d, 0x2e, 0x5f: lower.append(byte)
            case 0x2a where index == 0 && bytes.count > 2 && bytes[1] == 0x2e: lower.append(byte)
            default: return nil
            }
        }
        return String(decoding: lower, as: UTF8.self)
    }
}
