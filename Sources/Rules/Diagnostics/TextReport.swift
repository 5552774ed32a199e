/// Diagnostics as the author reads them in a terminal: the line, the characters, and what to do.
public struct TextReport {
    private let sources: Sources
    private let isColoured: Bool
    /// Nobody sees these, in whatever line they stand.
    private let masked: [SourceRange]

    public init(_ sources: Sources, masking diagnostics: [Diagnostic], isColoured: Bool = false) {
        self.sources = sources
        self.isColoured = isColoured
        masked = diagnostics.compactMap(\.masked)
    }

    public func text(_ diagnostic: Diagnostic) -> String {
        let width = gutter(diagnostic)
        var lines = [heading(diagnostic)]
        let first = diagnostic.at.file
        lines.append(padding(width) + "--> " + place(diagnostic.at))
        lines.append(bar(width))
        lines += snippet(diagnostic.at, "^", diagnostic.label, width)
        var file = first
        for place in diagnostic.related {
            if place.at.file != file {
                lines.append(padding(width) + "::: " + self.place(place.at))
                file = place.at.file
            } else {
                lines.append(bar(width))
            }
            lines += snippet(place.at, "-", place.label, width)
        }
        var remarks = diagnostic.notes.map { ("note", $0) }
        if let help = diagnostic.help { remarks.append(("help", help)) }
        if !remarks.isEmpty { lines.append(bar(width)) }
        for (word, text) in remarks { lines += remark(word, text, width) }
        return lines.joined(separator: "\n")
    }

    // MARK: Parts

    private func heading(_ diagnostic: Diagnostic) -> String {
        let word = "\(diagnostic.severity.rawValue)[\(diagnostic.id.rawValue)]"
        let colour =
            switch diagnostic.severity {
            case .error: "31"
            case .warning: "33"
            case .note: "36"
            }
        return paint(word, "1;" + colour) + paint(": " + diagnostic.message, "1")
    }

    private func place(_ range: SourceRange) -> String {
        let file = sources[range.file]
        let line = file.line(at: range.start) + 1
        return "\(file.name):\(line):\(file.column(at: range.start) + 1)"
    }

    /// The line, and under it the characters that matter.
    private func snippet(
        _ range: SourceRange,
        _ mark: Character,
        _ label: String,
        _ width: Int
    ) -> [String] {
        let file = sources[range.file]
        let number = file.line(at: range.start)
        let line = file.range(ofLine: number)
        let start = min(range.start, line.upperBound)
        let end = max(min(range.end, line.upperBound), start)
        let before = shown(file, range.file, line.lowerBound..<start)
        let pointed = shown(file, range.file, start..<end)
        let after = shown(file, range.file, end..<line.upperBound)
        let text = "\(number + 1)"
        let gutter = String(repeating: " ", count: width - text.count) + text
        let marks = String(repeating: mark, count: max(pointed.count, 1))
        let space = String(repeating: " ", count: before.count)
        let under = label.isEmpty ? marks : marks + " " + label
        return [
            trimmed("\(gutter) | \(before)\(pointed)\(after)"),
            padding(width) + "| " + space + paint(under, mark == "^" ? "1" : "2"),
        ]
    }

    /// A part of a line with one character for each, tabs and secrets included.
    private func shown(_ file: Source, _ number: Int, _ range: Range<Int>) -> String {
        var text = ""
        var index = range.lowerBound
        for secret in masked.sorted(by: { $0.start < $1.start }) where secret.file == number {
            let hidden = secret.bytes.clamped(to: range)
            guard hidden.lowerBound >= index, !hidden.isEmpty else { continue }
            text += file.text(index..<hidden.lowerBound)
            text += String(repeating: "•", count: file.text(hidden).count)
            index = hidden.upperBound
        }
        text += file.text(index..<range.upperBound)
        return String(text.map { $0.isHarmless ? $0 : " " })
    }

    private func remark(_ word: String, _ text: String, _ width: Int) -> [String] {
        let start = padding(width) + "= " + word + ": "
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let margin = String(repeating: " ", count: start.count)
        return lines.enumerated().map { ($0.offset == 0 ? start : margin) + $0.element }
    }

    // MARK: Layout

    private func gutter(_ diagnostic: Diagnostic) -> Int {
        let places = [diagnostic.at] + diagnostic.related.map(\.at)
        let last = places.map { sources[$0.file].line(at: $0.start) + 1 }.max() ?? 1
        return "\(last)".count
    }

    private func padding(_ width: Int) -> String { String(repeating: " ", count: width + 1) }
    private func bar(_ width: Int) -> String { padding(width) + "|" }

    private func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line = line.dropLast() }
        return String(line)
    }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension Character {
    /// Whether a terminal shows it as one character and does nothing else with it.
    fileprivate var isHarmless: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
                .privateUse:
                false
            default: true
            }
        }
    }
}
