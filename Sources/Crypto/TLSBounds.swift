/// How much TLS may take before it is trusted.
///
/// `docs/bounds.md` gives the reasons.
public enum TLSBounds {
    /// One file of certificates or with a key.
    public static let fileByteMax = 1 << 20
    /// Certificates in one file of authorities.
    public static let authorityCountMax = 4096
    /// Certificates between a server's own and the root.
    public static let chainCountMax = 16
    /// Names in one certificate.
    public static let nameCountMax = 4096
    /// Certificates between a client's own and the root.
    public static let verifyDepthMax: Int32 = 6
    /// Plaintext of one record.
    public static let recordByteMax = 16 << 10
    /// What a record adds to its plaintext, at the most.
    public static let recordOverheadMax = 256
    /// What a peer may send for one handshake.
    static let handshakeByteMax = 256 << 10
    /// What it may send afterwards without a byte of data.
    static let talkByteMax = 64 << 10
    /// What may wait for a peer that makes us answer and does not listen.
    static let unsentByteMax = 256 << 10
    /// Days left to a certificate when its end begins to be told.
    static let endsSoonDaysMax: Int32 = 14
    /// How long a session may be resumed.
    static let ticketSecondsMax = 16 * 3600
    /// How long what a server's certificate said is believed without another look at it.
    static let verifiedSecondsMax = 3600
}
