/// An answer of the gateway's own, as the rules word it.
public struct OwnAnswer: Sendable {
    public let status: Int
    /// The number of its page in `Policy.pages`; nil for a problem in the one form all of ours have.
    public let page: Int?
    public let retryAfterSeconds: Int?

    public init(status: Int, page: Int? = nil, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.page = page
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// A page that is shown in place of a problem, read when the rules were.
public struct Page: Sendable {
    public let path: String
    public let type: String
    public let bytes: [UInt8]

    public init(path: String, type: String, bytes: [UInt8]) {
        self.path = path
        self.type = type
        self.bytes = bytes
    }
}
