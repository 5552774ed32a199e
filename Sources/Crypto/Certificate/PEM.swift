import COpenSSL

/// What a PEM file holds, as OpenSSL's own objects; the caller owns them.
@safe
enum PEM {
    /// A certificate, freed with its owner.
    @safe
    final class Certificate {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

        deinit { unsafe X509_free(pointer) }
    }

    /// A private key, freed with its owner.
    @safe
    final class Key {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

        deinit { unsafe EVP_PKEY_free(pointer) }
    }

    /// A certificate in DER.
    static func encoding(of certificate: OpaquePointer) -> [UInt8]? {
        let count = unsafe i2d_X509(certificate, nil)
        guard count > 0 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { room, filled in
            var end = room.baseAddress
            filled = Int(max(unsafe i2d_X509(certificate, &end), 0))
        }
    }

    enum KeyReading {
        case key(Key)
        case encrypted
        case none
    }

    /// All certificates, in order; nil when one of them is broken or there are more than `countMax`.
    static func certificates(in bytes: [UInt8], upTo countMax: Int) -> [Certificate]? {
        unsafe withSource(bytes) { source in
            var found: [Certificate] = []
            while found.count <= countMax {
                guard
                    let next = unsafe PEM_read_bio_X509(
                        source,
                        nil,
                        { unsafe PEM.refuse($0, $1, $2, $3) },
                        nil
                    )
                else { break }
                found.append(unsafe Certificate(next))
            }
            // The end of the file says "no start line"; anything else says that a block was broken.
            let problem = ERR_peek_last_error()
            guard found.count <= countMax, isEnd(problem) else { return nil }
            return found
        }
    }

    static func key(in bytes: [UInt8]) -> KeyReading {
        unsafe withSource(bytes) { source in
            var wasAsked = false
            let key = unsafe withUnsafeMutablePointer(to: &wasAsked) { wasAsked in
                unsafe PEM_read_bio_PrivateKey(
                    source,
                    nil,
                    { unsafe PEM.refuse($0, $1, $2, $3) },
                    wasAsked
                )
            }
            if let key = unsafe key { return .key(unsafe Key(key)) }
            return wasAsked ? .encrypted : .none
        }
    }

    private static func withSource<Found>(
        _ bytes: [UInt8],
        _ read: (OpaquePointer?) -> Found
    ) -> Found {
        unsafe bytes.withUnsafeBytes { bytes in
            let source = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            ERR_clear_error()
            defer {
                unsafe BIO_free(source)
                ERR_clear_error()
            }
            return unsafe read(source)
        }
    }

    /// Answers OpenSSL's question for a password, which it would else ask at the terminal.
    private static func refuse(
        _: UnsafeMutablePointer<CChar>?,
        _: Int32,
        _: Int32,
        _ wasAsked: UnsafeMutableRawPointer?
    ) -> Int32 {
        unsafe wasAsked?.storeBytes(of: true, as: Bool.self)
        return -1
    }

    private static func isEnd(_ error: UInt) -> Bool {
        error == 0
            || (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
    }
}
