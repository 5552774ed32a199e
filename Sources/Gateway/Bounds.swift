public import Transport

/// How much one request may ask of the gateway.
///
/// `docs/bounds.md` gives the reasons.
public enum Bounds {
    /// A request body, unless the settings say less.
    public static let bodyByteMax = 16 << 30
    /// Addresses read in X-Forwarded-For, from the right.
    public static let forwardedHopMax = 32
    public static let workerMax = 256
    /// How long a client that is refused for a lack of ours is asked to stay away.
    public static let retrySecondsMin = 1
    public static let retrySecondsMax = 8
    /// Judgements of one worker that are kept for whoever comes next.
    static let spareHearingMax = 64
    /// When a client is told to come back while no server of the upstream is fit.
    public static let downRetrySeconds = 5
    /// How long the start waits for names to be resolved.
    public static let namesPatience = Patience.seconds(2)
}
