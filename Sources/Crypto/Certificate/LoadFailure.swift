/// Why a file of certificates or keys cannot be used, in the operator's words.
public struct LoadFailure: Error, Equatable, Sendable {
    public let message: String

    init(_ path: String, _ problem: String, help: String) {
        message = "\(path): \(problem); \(help)"
    }

    public init(_ message: String) {
        self.message = message
    }
}
