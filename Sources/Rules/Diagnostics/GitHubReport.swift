/// Diagnostics as workflow commands, which GitHub shows as annotations on the lines.
public enum GitHubReport {
    public static func text(_ diagnostic: Diagnostic, of sources: Sources) -> String {
        let extent = Extent(diagnostic.at, in: sources)
        let level = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
        let place =
            "file=\(property(extent.file)),line=\(extent.line),col=\(extent.column),endLine=\(extent.endLine),endColumn=\(extent.endColumn)"
        let title = "title=\(diagnostic.id.rawValue)"
        var words = diagnostic.message
        if !diagnostic.label.isEmpty { words += ": " + diagnostic.label }
        if let help = diagnostic.help { words += "\nhelp: " + help }
        return "::\(level) \(place),\(title)::\(escaped(words))"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.append(character)
            }
        }
        return result
    }

    private static func property(_ text: String) -> String {
        escaped(text).map { $0 == ":" ? "%3A" : $0 == "," ? "%2C" : String($0) }.joined()
    }
}
