import JSON
public import Vocabulary

/// Diagnostics as SARIF 2.1.0, which code review tools show beside the lines.
public enum SARIFReport {
    public static func text(_ diagnostics: [Diagnostic], of sources: Sources) -> ByteBuffer {
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key("$schema")
        json.string("https://json.schemastore.org/sarif-2.1.0.json", upTo: .max)
        json.key("version")
        json.string("2.1.0", upTo: .max)
        json.key("runs")
        json.beginArray()
        json.beginObject()
        appendTool(diagnostics, to: &json)
        json.key("results")
        json.beginArray()
        for diagnostic in diagnostics { append(diagnostic, of: sources, to: &json) }
        json.endArray()
        json.endObject()
        json.endArray()
        json.endObject()
        json.verbatim("\n")
        var text = ByteBuffer()
        text.append(json.bytes)
        return text
    }

    private static func appendTool(_ diagnostics: [Diagnostic], to json: inout JSONWriter) {
        json.key("tool")
        json.beginObject()
        json.key("driver")
        json.beginObject()
        json.key("name")
        json.string("gatehouse", upTo: .max)
        json.key("version")
        json.string(Vocabulary.version, upTo: .max)
        json.key("rules")
        json.beginArray()
        for id in Set(diagnostics.map(\.id.rawValue)).sorted() {
            json.beginObject()
            json.key("id")
            json.string(id, upTo: .max)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endObject()
    }

    private static func append(
        _ diagnostic: Diagnostic,
        of sources: Sources,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.key("ruleId")
        json.string(diagnostic.id.rawValue, upTo: .max)
        json.key("level")
        json.string(diagnostic.severity.rawValue, upTo: .max)
        json.key("message")
        json.beginObject()
        json.key("text")
        json.string(
            ([diagnostic.message] + [diagnostic.help].compactMap(\.self)).joined(separator: "\n"),
            upTo: .max
        )
        json.endObject()
        json.key("locations")
        json.beginArray()
        appendLocation(diagnostic.at, nil, of: sources, to: &json)
        json.endArray()
        if !diagnostic.related.isEmpty {
            json.key("relatedLocations")
            json.beginArray()
            for place in diagnostic.related {
                appendLocation(place.at, place.label, of: sources, to: &json)
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func appendLocation(
        _ range: SourceRange,
        _ label: String?,
        of sources: Sources,
        to json: inout JSONWriter
    ) {
        let extent = Extent(range, in: sources)
        json.beginObject()
        json.key("physicalLocation")
        json.beginObject()
        json.key("artifactLocation")
        json.beginObject()
        json.key("uri")
        json.string(extent.file, upTo: .max)
        json.endObject()
        json.key("region")
        json.beginObject()
        json.key("startLine")
        json.integer(extent.line)
        json.key("startColumn")
        json.integer(extent.column)
        json.key("endLine")
        json.integer(extent.endLine)
        json.key("endColumn")
        json.integer(max(extent.endColumn, extent.column + 1))
        json.endObject()
        json.endObject()
        if let label {
            json.key("message")
            json.beginObject()
            json.key("text")
            json.string(label, upTo: .max)
            json.endObject()
        }
        json.endObject()
    }
}
