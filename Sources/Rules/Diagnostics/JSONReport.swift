import JSON
public import Vocabulary

/// Diagnostics for a machine: an array, one object for each.
public enum JSONReport {
    public static func text(_ diagnostics: [Diagnostic], of sources: Sources) -> ByteBuffer {
        var json = JSONWriter(capacity: 4096)
        json.beginArray()
        for diagnostic in diagnostics { append(diagnostic, of: sources, to: &json) }
        json.endArray()
        json.verbatim("\n")
        var text = ByteBuffer()
        text.append(json.bytes)
        return text
    }

    /// One of them, as an object of a list that somebody else writes.
    static func append(
        _ diagnostic: Diagnostic,
        of sources: Sources,
        to json: inout JSONWriter
    ) {
        let extent = Extent(diagnostic.at, in: sources)
        json.beginObject()
        json.key("id")
        json.string(diagnostic.id.rawValue, upTo: .max)
        json.key("severity")
        json.string(diagnostic.severity.rawValue, upTo: .max)
        json.key("file")
        json.string(extent.file, upTo: .max)
        json.key("line")
        json.integer(extent.line)
        json.key("column")
        json.integer(extent.column)
        json.key("endLine")
        json.integer(extent.endLine)
        json.key("endColumn")
        json.integer(extent.endColumn)
        json.key("message")
        json.string(diagnostic.message, upTo: .max)
        json.key("notes")
        json.beginArray()
        let labels = [diagnostic.label].filter { !$0.isEmpty } + diagnostic.notes
        for note in labels { json.string(note, upTo: .max) }
        json.endArray()
        json.key("help")
        if let help = diagnostic.help { json.string(help, upTo: .max) } else { json.null() }
        json.endObject()
    }
}

/// Where a diagnostic points, in lines and columns from one.
struct Extent {
    let file: String
    let line: Int
    let column: Int
    let endLine: Int
    let endColumn: Int

    init(_ range: SourceRange, in sources: Sources) {
        let source = sources[range.file]
        file = source.name
        line = source.line(at: range.start) + 1
        column = source.column(at: range.start) + 1
        endLine = source.line(at: range.end) + 1
        endColumn = source.column(at: range.end) + 1
    }
}
