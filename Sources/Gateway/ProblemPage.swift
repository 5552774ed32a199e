import HTTPWire
import JSON
import Vocabulary

/// An error as the client sees it: RFC 9457 for programs, a plain page for browsers.
///
/// It says what was wrong and how to ask about it, and nothing of what stands behind the gateway.
struct ProblemPage {
    let reason: Reason
    /// The reason's own, unless the rules word it otherwise.
    let status: Int
    let id: RequestID

    /// Appends the fields and the body, the status line being there already.
    func append(to output: inout ByteBuffer, asPage: Bool, withBody: Bool) {
        let body = asPage ? page() : problem()
        output.append("Content-Type: ")
        output.append(asPage ? "text/html; charset=utf-8" : "application/problem+json")
        output.append("\r\nCache-Control: no-store\r\nContent-Length: ")
        output.append(decimal: body.count)
        output.append("\r\n\r\n")
        if withBody { output.append(body.bytes) }
    }

    private func problem() -> ByteBuffer {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("type")
        json.string("urn:gatehouse:error:" + reason.rawValue, upTo: 64)
        json.key("title")
        json.string(Status.phrase(for: status))
        json.key("status")
        json.integer(status)
        json.key("detail")
        json.string(reason.detail)
        json.key("code")
        json.string(reason.rawValue, upTo: 64)
        json.key("request_id")
        json.string(id.bytes)
        json.endObject()
        json.verbatim("\n")
        var body = ByteBuffer()
        body.append(json.bytes)
        return body
    }

    private func page() -> ByteBuffer {
        var body = ByteBuffer()
        body.append(
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>
            """
        )
        appendTitle(to: &body)
        body.append(
            """
            </title>
            <style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em}
            small{color:#595959}</style>
            </head><body><h1>
            """
        )
        appendTitle(to: &body)
        body.append("</h1>\n<p>")
        body.append(reason.detail)
        body.append("</p>\n<p><small>Request ")
        body.append(id.bytes)
        body.append(" · ")
        body.append(text: reason.rawValue)
        body.append("</small></p>\n</body></html>\n")
        return body
    }

    private func appendTitle(to body: inout ByteBuffer) {
        body.append(decimal: status)
        body.append(0x20)
        body.append(Status.phrase(for: status))
    }
}
