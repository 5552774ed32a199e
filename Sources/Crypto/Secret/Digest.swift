import COpenSSL

/// SHA-256, alone and keyed (RFC 6234, RFC 2104).
public enum Digest {
    public static let byteCount = 32

    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { room, count in
            _ = unsafe SHA256(bytes, bytes.count, room.baseAddress)
            count = byteCount
        }
    }

    /// HMAC-SHA256.
    public static func authenticator(of bytes: [UInt8], under key: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { room, count in
            var written: UInt32 = 0
            _ = unsafe HMAC(
                EVP_sha256(),
                key,
                Int32(clamping: key.count),
                bytes,
                bytes.count,
                room.baseAddress,
                &written
            )
            count = byteCount
        }
    }
}
