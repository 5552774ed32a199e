import JSON
public import Vocabulary

/// What `gatehouse test` and `gatehouse explain` found, for a machine.
public enum TestJSONReport {
    /// - gaps, faults: nil where nobody asked for them.
    public static func text(
        _ report: TestReport,
        diagnostics: [Diagnostic],
        of sources: Sources,
        milliseconds: Int,
        gaps: [Coverage.Gap]? = nil,
        faults: (count: Int, unnoticed: [(text: String, place: String)])? = nil
    ) -> ByteBuffer {
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key("passed")
        json.integer(report.passedCount)
        json.key("failed")
        json.integer(report.failures.count)
        json.key("notRun")
        json.integer(report.notRunCount)
        json.key("milliseconds")
        json.integer(milliseconds)
        json.key("diagnostics")
        json.beginArray()
        for diagnostic in diagnostics { JSONReport.append(diagnostic, of: sources, to: &json) }
        json.endArray()
        if let gaps { append(gaps, to: &json) }
        if let faults {
            json.key("faults")
            json.integer(faults.count)
            json.key("unnoticed")
            json.beginArray()
            for fault in faults.unnoticed {
                json.beginObject()
                json.key("fault")
                json.string(fault.text, upTo: .max)
                json.key("place")
                json.string(fault.place, upTo: .max)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
        return json.line
    }

    private static func append(_ gaps: [Coverage.Gap], to json: inout JSONWriter) {
        json.key("untouched")
        json.beginArray()
        for gap in gaps {
            json.beginObject()
            json.key("kind")
            json.string(gap.kind, upTo: .max)
            json.key("name")
            json.string(gap.name, upTo: .max)
            json.key("place")
            json.string(gap.place, upTo: .max)
            json.endObject()
        }
        json.endArray()
    }

    public static func text(_ requests: [ExplainedRequest]) -> ByteBuffer {
        var json = JSONWriter(capacity: 4096)
        json.beginArray()
        for request in requests {
            json.beginObject()
            json.key("method")
            json.string(request.method, upTo: .max)
            json.key("url")
            json.string(request.url, upTo: .max)
            json.key("stages")
            json.beginArray()
            for line in request.lines {
                json.beginObject()
                json.key("number")
                json.integer(line.number)
                json.key("stage")
                json.string(line.stage, upTo: .max)
                json.key("text")
                json.string(line.text, upTo: .max)
                json.key("place")
                json.string(line.place, upTo: .max)
                json.endObject()
            }
            json.endArray()
            json.key("verdict")
            json.string(request.verdict, upTo: .max)
            json.endObject()
        }
        json.endArray()
        return json.line
    }
}

extension JSONWriter {
    /// What was written, and the line's end.
    fileprivate var line: ByteBuffer {
        var text = ByteBuffer()
        text.append(bytes)
        text.append("\n")
        return text
    }
}
