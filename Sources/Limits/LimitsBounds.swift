/// How much counting may take; `docs/bounds.md` gives the reasons.
public enum LimitsBounds {
    /// Buckets that are remembered at once; a full one needs no memory.
    public static let bucketMax = 1 << 18
    /// Parts in which they are kept, each under a lock of its own.
    static let tableMax = 16
}
