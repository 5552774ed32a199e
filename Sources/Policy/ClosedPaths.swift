import Vocabulary

/// Paths that no site answers, whoever asks: compared without regard to case, with or without a slash
/// at the end.
public struct ClosedPaths: Sendable {
    private let table: RouteTable
    public let patterns: [PathPattern]

    public init(_ patterns: [PathPattern]) {
        self.patterns = patterns
        let small = patterns.map { pattern in
            PathPattern(
                segments: pattern.segments.map { segment in
                    if case .literal(let text) = segment {
                        .literal(text.lowercased())
                    } else {
                        segment
                    }
                },
                isOpen: pattern.isOpen
            )
        }
        table = RouteTable(
            small.enumerated().map { (pattern: $1, route: $0) },
            ignoringCase: true
        )
    }

    /// The number of the pattern that closes a path; nil where none does.
    public func pattern(closing path: RawSpan) -> Int? {
        guard !patterns.isEmpty else { return nil }
        let count = path.byteCount
        let hasSlash = count > 1 && path[count &- 1] == 0x2f
        return table.route(for: hasSlash ? path.extracting(first: count &- 1) : path)
    }
}
