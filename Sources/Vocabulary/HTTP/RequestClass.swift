/// What a request is worth when not all can be served: the lowest is refused first.
public enum RequestClass: Int, CaseIterable, Comparable, Sendable {
    /// Work that can come again at night: exports, crawlers, reports.
    case batch
    /// What changes something, and is repeated by whoever cares.
    case write
    case read
    /// Signing in, without which a user can do nothing else.
    case auth
    /// The questions by which others learn whether this gateway lives.
    case health

    /// Reads the name an operator writes.
    public init?(_ name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = found
    }

    /// The class of a request that no rule names.
    public init(of method: Method) {
        switch method {
        case .get, .head, .options: self = .read
        default: self = .write
        }
    }

    public static func < (left: RequestClass, right: RequestClass) -> Bool {
        left.rawValue < right.rawValue
    }
}
