import TestSupport

/// An answer that the gateway itself gave, as RFC 9457 words it or as a page for a browser.
struct Problem {
    let code: String
    let isPage: Bool
    /// What is not as the catalogue promises it.
    private(set) var faults: [String] = []

    /// Nil for an answer of the upstream's.
    init?(_ answer: StrictAnswer) {
        let type = answer.fields.values("Content-Type").first ?? ""
        let text = String(decoding: answer.body, as: UTF8.self)
        if type.hasPrefix("text/html"),
            let code = WireCodes.all.first(where: { text.contains($0.code) })
        {
            self.code = code.code
            isPage = true
            return
        }
        guard type == "application/problem+json" else { return nil }
        isPage = false
        let id = answer.fields.values("X-Request-Id").first ?? ""
        let start = #"{"type":"urn:gatehouse:error:"#
        guard text.hasPrefix(start) else {
            code = text.isEmpty ? "without content" : "unreadable \(text)"
            return
        }
        code = String(text.dropFirst(start.count).prefix { $0 != "\"" })
        for part in [
            #""title":""#, #""status":\#(answer.status),"#, #""detail":""#,
            #""code":"\#(code)","#, #""request_id":"\#(id)"}"#,
        ] where !text.contains(part) {
            faults.append("\(part) is not in \(text)")
        }
        if !WireCodes.all.contains(where: { $0.code == code && $0.status == answer.status }) {
            faults.append("\(answer.status) \(code) is not in the catalogue")
        }
    }

    /// The line a golden has for an answer.
    static func line(for answer: StrictAnswer) -> String {
        guard let problem = Problem(answer) else { return "\(answer.status)" }
        return "\(answer.status) \(problem.code)" + (problem.isPage ? " as a page" : "")
    }
}
