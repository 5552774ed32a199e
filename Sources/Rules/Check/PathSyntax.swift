import Policy
import Vocabulary

/// Reads a path pattern as it is written.
enum PathSyntax {
    /// The pattern, or what is wrong with it and what to write instead.
    static func read(_ path: Name) -> Result<PathPattern, Diagnostic> {
        var segments: [PathPattern.Segment] = []
        var isOpen = false
        let parts = parts(of: path.value)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == "**" {
                guard isLast else {
                    return .failure(
                        fault(
                            path,
                            "`**` stands in the middle",
                            "it means all that is below, so it comes last"
                        )
                    )
                }
                isOpen = true
            } else if part.hasPrefix(":") {
                let name = part.dropFirst()
                let isName =
                    name.utf8.first?.isLower == true
                    && name.utf8.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "_") }
                guard isName else {
                    return .failure(
                        fault(
                            path,
                            "`\(part)` is no name for a segment",
                            "write `:id`: small letters, digits and `_`, and nothing else up to the next `/`"
                        )
                    )
                }
                segments.append(.any(name: String(name)))
            } else if part.contains("*") {
                return .failure(
                    fault(
                        path,
                        "`\(part)` is no segment",
                        "write `:name` for one segment, or `**` at the end"
                    )
                )
            } else if part.isEmpty, !(parts.count == 1 || isLast) {
                return .failure(
                    fault(
                        path,
                        "two slashes stand side by side",
                        "no request with such a path is let in"
                    )
                )
            } else if let wrong = strange(part) {
                return .failure(
                    fault(
                        path,
                        "a path cannot hold `\(wrong)`",
                        "write the path as it looks after decoding"
                    )
                )
            } else if part == "." || part == ".." {
                return .failure(
                    fault(
                        path,
                        "`\(part)` leads elsewhere",
                        "no request with such a path is let in"
                    )
                )
            } else {
                segments.append(.literal(String(part)))
            }
        }
        return .success(PathPattern(segments: segments, isOpen: isOpen))
    }

    /// The root has no segment, not an empty one.
    private static func parts(of path: String) -> [Substring] {
        let rest = path.dropFirst()
        return rest.isEmpty ? [] : rest.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// A character that no path has once it is in its one form.
    private static func strange(_ part: Substring) -> Character? {
        part.first { character in
            guard let byte = character.asciiValue else { return true }
            return byte <= 0x20 || "\\;?#<>[]^`|{}\"%".utf8.contains(byte)
        }
    }

    private static func fault(_ path: Name, _ what: String, _ why: String) -> Diagnostic {
        Diagnostic(.wrongType, what, at: path.at, why)
    }
}

extension Diagnostic: Error {}
