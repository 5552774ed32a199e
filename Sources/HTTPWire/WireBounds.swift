/// How large anything in a message may be.
///
/// `docs/bounds.md` gives the reasons.
public enum WireBounds {
    public static let methodByteMax = 32
    public static let targetByteMax = 8 << 10
    public static let headByteMax = 32 << 10
    public static let fieldCountMax = 100
    public static let emptyLineCountMax = 2
    public static let hostByteMax = 253
    public static let labelByteMax = 63
    public static let contentLengthDigitsMax = 18
    public static let chunkSizeDigitsMax = 15
    public static let chunkLineByteMax = 256
    public static let chunkExtensionByteMax = 4 << 10
    public static let trailerByteMax = 8 << 10
    public static let trailerCountMax = 32
    /// Of the PROXY protocol, before any message: a line of version 1, and all of version 2.
    public static let proxyLineByteMax = 107
    public static let proxyHeaderByteMax = 2 << 10
}
