/// Something to be said to whoever wrote the rules.
///
/// It says what is wrong in the words of the language, points at the characters and at the other place
/// involved, and says what to write instead. It is returned in a list and never thrown: one mistake does
/// not hide the next.
public struct Diagnostic: Sendable, Equatable {
    public enum Severity: String, Sendable {
        /// Stops a reload.
        case error
        case warning
        /// Worth knowing, and shown only to those who ask.
        case note
    }

    /// Another place that matters, and why.
    public struct Place: Sendable, Equatable {
        public let at: SourceRange
        public let label: String
    }

    public let id: DiagnosticID
    public let message: String
    public let at: SourceRange
    /// What to say under the characters pointed at.
    public let label: String
    public private(set) var related: [Place] = []
    public private(set) var notes: [String] = []
    /// What to write instead; lines after the first stand below it.
    public private(set) var help: String?
    /// Characters nobody may see: a secret that got into the file.
    public private(set) var masked: SourceRange?

    public init(_ id: DiagnosticID, _ message: String, at: SourceRange, _ label: String = "") {
        self.id = id
        self.message = message
        self.at = at
        self.label = label
    }

    public var severity: Severity { id.severity }

    public func related(_ at: SourceRange, _ label: String) -> Diagnostic {
        var copy = self
        copy.related.append(Place(at: at, label: label))
        return copy
    }

    public func note(_ text: String) -> Diagnostic {
        var copy = self
        copy.notes.append(text)
        return copy
    }

    public func help(_ text: String) -> Diagnostic {
        var copy = self
        copy.help = text
        return copy
    }

    public func masking(_ range: SourceRange) -> Diagnostic {
        var copy = self
        copy.masked = range
        return copy
    }
}

/// The diagnostics of one run, in the order they were found.
public struct Diagnostics: Sendable {
    public private(set) var all: [Diagnostic] = []
    /// How many there were beyond what is kept.
    public private(set) var droppedCount = 0

    public init() {}

    public mutating func add(_ diagnostic: Diagnostic) {
        // The same thing said twice of the same place helps nobody.
        if all.last == diagnostic { return }
        if all.count < RulesBounds.diagnosticsMax {
            all.append(diagnostic)
        } else {
            droppedCount += 1
        }
    }

    public var hasErrors: Bool { all.contains { $0.severity == .error } }

    public func count(_ severity: Diagnostic.Severity) -> Int {
        all.count { $0.severity == severity }
    }

    /// By file and place, as a reader goes through the text.
    public var sorted: [Diagnostic] {
        all.enumerated().sorted { left, right in
            let (a, b) = (left.element.at, right.element.at)
            if a.file != b.file { return a.file < b.file }
            return a.start == b.start ? left.offset < right.offset : a.start < b.start
        }
        .map(\.element)
    }
}
