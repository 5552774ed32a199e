import Crypto

/// Sixteen digits that follow from some bytes and nothing else.
enum Fingerprint {
    static func text(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = Digest.sha256(bytes).prefix(8).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
