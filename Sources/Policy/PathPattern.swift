import Vocabulary

/// A set of paths: literal segments, `:name` for any one segment, and `**` at the end for all below.
///
/// `/p/**` holds `/p` itself too. Which of two patterns is more specific is a question about sets, so it
/// has an answer that does not depend on who wrote which first.
public struct PathPattern: Sendable, Hashable {
    public enum Segment: Sendable, Hashable {
        case literal(String)
        /// Any one segment that is not empty.
        case any(name: String)
    }

    public let segments: [Segment]
    /// Everything below belongs to it as well.
    public let isOpen: Bool

    public init(segments: [Segment], isOpen: Bool) {
        self.segments = segments
        self.isOpen = isOpen
    }

    /// How two patterns stand to each other, as sets.
    public enum Relation: Sendable {
        case same
        case inside
        case around
        case apart
        /// They share paths, and each has some of its own.
        case overlapping
    }

    public func relation(to other: PathPattern) -> Relation {
        guard overlaps(other) else { return .apart }
        let isInside = other.holds(self)
        let isAround = holds(other)
        switch (isInside, isAround) {
        case (true, true): return .same
        case (true, false): return .inside
        case (false, true): return .around
        case (false, false): return .overlapping
        }
    }

    /// Whether every path of `other` is one of ours.
    public func holds(_ other: PathPattern) -> Bool {
        if other.isOpen, !isOpen { return false }
        guard other.segments.count >= segments.count else { return false }
        if other.segments.count > segments.count, !isOpen { return false }
        return zip(segments, other.segments).allSatisfy { ours, theirs in
            switch (ours, theirs) {
            case (.any, _): true
            case (.literal(let left), .literal(let right)): left == right
            case (.literal, .any): false
            }
        }
    }

    /// Whether a canonical path belongs to it.
    func holds(_ path: RawSpan) -> Bool {
        var start = 1
        for segment in segments {
            guard start <= path.byteCount, path.byteCount > 1 || start > 1 else { return false }
            let end = path.firstIndex(of: 0x2f, from: start) ?? path.byteCount
            switch segment {
            case .literal(let text):
                guard path.extracting(start..<end).isSpelled(text) else { return false }
            case .any: guard end > start else { return false }
            }
            start = end &+ 1
        }
        let isWhole = start > path.byteCount || (segments.isEmpty && path.byteCount <= 1)
        return isOpen || isWhole
    }

    /// Whether one path at least belongs to both.
    public func overlaps(_ other: PathPattern) -> Bool {
        let (short, long) = segments.count <= other.segments.count ? (self, other) : (other, self)
        guard short.segments.count == long.segments.count || short.isOpen else { return false }
        return zip(short.segments, long.segments).allSatisfy { left, right in
            guard case .literal(let one) = left, case .literal(let two) = right else { return true }
            return one == two
        }
    }

    /// The paths that belong to both; nil where none does.
    public func intersection(_ other: PathPattern) -> PathPattern? {
        guard overlaps(other) else { return nil }
        var shared: [Segment] = []
        for index in 0..<max(segments.count, other.segments.count) {
            let ours = index < segments.count ? segments[index] : nil
            let theirs = index < other.segments.count ? other.segments[index] : nil
            if case .literal? = theirs, let theirs {
                shared.append(theirs)
            } else if let segment = ours ?? theirs {
                shared.append(segment)
            }
        }
        return PathPattern(segments: shared, isOpen: isOpen && other.isOpen)
    }

    /// One path that belongs to it; `stranger` stands for what may be anything.
    public func witness(_ stranger: String = "x") -> String {
        let parts = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .any: stranger
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    public var text: String {
        var parts = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .any(let name): ":" + name
            }
        }
        if isOpen { parts.append("**") }
        return "/" + parts.joined(separator: "/")
    }

    /// Two patterns are the same set whatever their parts are called.
    public static func == (left: PathPattern, right: PathPattern) -> Bool {
        left.isOpen == right.isOpen && left.segments.count == right.segments.count
            && zip(left.segments, right.segments).allSatisfy { one, two in
                switch (one, two) {
                case (.any, .any): true
                case (.literal(let a), .literal(let b)): a == b
                default: false
                }
            }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(isOpen)
        for segment in segments {
            if case .literal(let text) = segment { hasher.combine(text) } else { hasher.combine(0) }
        }
    }
}

extension RawSpan {
    fileprivate func isSpelled(_ text: String) -> Bool {
        guard text.utf8.count == byteCount else { return false }
        var index = 0
        for byte in text.utf8 {
            guard self[index] == byte else { return false }
            index &+= 1
        }
        return true
    }
}
