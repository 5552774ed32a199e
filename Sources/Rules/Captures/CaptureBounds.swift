import JSON

/// How much a capture may be.
///
/// It comes from a browser by way of a ticket, so nobody on our side has chosen what is in it.
/// `docs/bounds.md` gives the reasons.
public enum CaptureBounds {
    /// One capture.
    public static let fileByteMax = JSON.treeByteCountMax
    /// Requests that are taken from one capture.
    public static let requestMax = 1000
    /// Words of one cURL command.
    public static let wordMax = 4096
}
