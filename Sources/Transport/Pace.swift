/// Holds a peer to a least rate, window by window.
///
/// A peer is judged only for the time it was the one waited for: the clock starts anew whenever the
/// wait is for somebody else.
struct Pace {
    private var start: Instant?
    private var bytesAtStart = 0

    /// The peer is not what is waited for.
    mutating func pause() { start = nil }

    /// When to look again; nil when the peer was too slow.
    mutating func deadline(_ bytes: Int, at now: Instant, by least: LeastPace) -> Instant? {
        if let start, now < start + least.window { return start + least.window }
        if start != nil, bytes &- bytesAtStart < least.byteMin { return nil }
        start = now
        bytesAtStart = bytes
        return now + least.window
    }
}
