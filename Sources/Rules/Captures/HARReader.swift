import JSON

/// Reads an HTTP archive, version 1.1 or 1.2: every entry's request.
///
/// What belonged to the connection it was taken from is left out: it is framed anew when it is replayed,
/// so a body that was scrubbed since then has the right length again.
enum HARReader {
    static func read(_ bytes: [UInt8]) throws(CaptureFault) -> Capture {
        let tree: JSONValue
        do throws(JSONFault) { tree = try JSONValue.read(bytes) } catch {
            let line = bytes.prefix(error.offset).count { $0 == 0x0a } + 1
            throw CaptureFault(error.message, line: line)
        }
        guard let entries = tree["log"]?["entries"]?.elements else {
            throw CaptureFault("it has no `log.entries`, so it is no HAR")
        }
        guard entries.count <= CaptureBounds.requestMax else {
            throw CaptureFault("it has more than \(CaptureBounds.requestMax) requests")
        }
        var requests: [CapturedRequest] = []
        for (index, entry) in entries.enumerated() {
            guard let request = entry["request"], let read = self.request(request) else {
                throw CaptureFault("entry \(index + 1) has no request with a method and a url")
            }
            requests.append(read)
        }
        return Capture(requests)
    }

    private static func request(_ value: JSONValue) -> CapturedRequest? {
        guard let method = value["method"]?.text, let url = value["url"]?.text else { return nil }
        var request = CapturedRequest(method: method, url: url)
        for header in value["headers"]?.elements ?? [] {
            guard let name = header["name"]?.text, let text = header["value"]?.text,
                isKept(name.lowercased())
            else { continue }
            request.headers.append(CapturedRequest.Header(name, text))
        }
        if let data = value["postData"] { add(data, to: &request) }
        return request
    }

    /// HTTP/2 spells the request line as fields, and framing is of one connection only.
    private static func isKept(_ name: String) -> Bool {
        !name.hasPrefix(":")
            && !["host", "content-length", "transfer-encoding", "connection", "keep-alive", "te"]
                .contains(name)
    }

    private static func add(_ data: JSONValue, to request: inout CapturedRequest) {
        let type = data["mimeType"]?.text ?? ""
        if let text = data["text"]?.text, !text.isEmpty {
            request.body =
                data["encoding"]?.text == "base64"
                ? Base64.bytes(of: text) ?? Array(text.utf8) : Array(text.utf8)
        } else if let params = data["params"]?.elements, !params.isEmpty {
            addParams(params, type, to: &request)
            return
        }
        if request.body != nil, !type.isEmpty, !request.has("content-type") {
            request.headers.append(CapturedRequest.Header("content-type", type))
        }
    }

    /// Some browsers give a form's fields alone.
    private static func addParams(
        _ params: [JSONValue],
        _ type: String,
        to request: inout CapturedRequest
    ) {
        let pairs = params.compactMap { param in
            param["name"]?.text.map { ($0, param["value"]?.text ?? "") }
        }
        if type.lowercased().hasPrefix("multipart/") {
            var form = MultipartText()
            for (name, value) in pairs { form.add(name, value) }
            request.headers.removeAll { $0.name.lowercased() == "content-type" }
            request.headers.append(CapturedRequest.Header("content-type", form.type))
            request.body = form.bytes
            return
        }
        request.body = Array(
            pairs.map { FormText.encoded($0.0) + "=" + FormText.encoded($0.1) }
                .joined(separator: "&").utf8
        )
        if !request.has("content-type") {
            request.headers.append(CapturedRequest.Header("content-type", FormText.type))
        }
    }
}
