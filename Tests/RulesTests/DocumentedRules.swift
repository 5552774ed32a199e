import Rules
import TestSupport
import Testing

/// An example of rules on a page of the docs, made whole.
///
/// A fence says how much of a policy its example is:
///
/// - "```gate whole": all of it. Nothing is added.
/// - "```gate": sentences at the top of a file. What they speak of and do not declare (an upstream, lists,
///   limits, a site with routes) is added from the prelude.
/// - "```gate in site", "in route", "in limit", "in signature", "in gateway": sentences of such a block.
/// - "```gate file PATH": a file that other examples of the same page include; it is judged with them.
/// - "```gate refused E0302", and behind it "in site" and so on where it is so: `check` says this code of
///   it, and nothing worse.
struct DocumentedRules: Sendable {
    let page: String
    let line: Int
    let fence: String
    let text: String
    /// Files of the same page.
    var files: [String: String] = [:]

    /// The code it is refused with, if it is.
    var code: String? {
        let words = fence.split(separator: " ")
        return words.count > 1 && words[0] == "refused" ? String(words[1]) : nil
    }

    /// The path under which other examples include it.
    var path: String? {
        let words = fence.split(separator: " ")
        return words.count == 2 && words[0] == "file" ? String(words[1]) : nil
    }

    /// The rules to judge; nil where the fence says what nobody knows.
    var whole: String? {
        let frame = code.map { String(fence.dropFirst("refused \($0)".count)) } ?? fence
        switch frame.trimmingPrefix(while: { $0 == " " }) {
        case "whole": return text
        case "": return prelude(Self.top + (says("site") ? "" : site(""))) + text
        case "in site": return prelude(Self.top) + site(text)
        case "in route":
            return prelude(Self.top) + site("route here GET POST /v1/here {\n\(text)\n}")
        case "in limit": return prelude(Self.top) + site("limit here on login {\n\(text)\n}")
        case "in gateway": return prelude(Self.top) + site("") + "gateway {\n\(text)\n}\n"
        case "in signature":
            return "signature WAF_HERE_001 \"an example\" {\n" + prelude(Self.signature) + text
                + "\n}\n"
        default: return nil
        }
    }

    private func site(_ inner: String) -> String {
        "site api.example.com {\n" + prelude(Self.site) + inner + "\n}\n"
    }

    // MARK: The prelude

    /// Those sentences of a prelude that the example does not say itself.
    private func prelude(_ sentences: String) -> String {
        let own = Set(Self.statements(text).map(Self.key))
        let source = Source(name: "prelude", text: sentences)
        return Self.statements(sentences).filter { !own.contains(Self.key($0)) }
            .map { statement in
                let end = statement.block?.close.end ?? statement.at.end
                return source.text(statement.at.start..<end) + "\n"
            }
            .joined()
    }

    private func says(_ verb: String) -> Bool {
        Self.statements(text).contains { $0.words.first?.text == verb }
    }

    private static func statements(_ text: String) -> [Statement] {
        var loader = Loader(TextFiles(["example": text]))
        try? loader.load(entry: "example")
        return loader.trees.first?.statements ?? []
    }

    /// What a sentence declares: its verb, and behind some the name.
    private static func key(_ statement: Statement) -> String {
        let named: Set = ["upstream", "list", "limit", "route", "signature", "guardrails"]
        let verb = statement.words.first?.text ?? ""
        guard named.contains(verb), statement.words.count > 1 else { return verb }
        return verb + " " + statement.words[1].text
    }

    private static let top = """
        upstream api { servers 10.0.1.10:8443 }
        auth jwt {
          issuer https://login.example.com
          audience "example-api"
          keys https://login.example.com/.well-known/jwks.json
          algorithms ES256
          user is token.sub
          role is token.role
        }
        list load_balancers of ip { 10.0.0.0/16 }
        list office_ranges of ip { 192.0.2.0/27 }
        list qa_ranges of ip { 198.51.100.0/24 }
        list blocked_ranges of ip { 233.252.0.0/24 }
        list uptime_monitors of ip { 203.0.113.192/28 }
        list web_origins of origin { https://app.example.com }
        limit reading {
          for GET HEAD
          at most 300/m burst 60 per user or ip
          if redis is down let through
        }
        limit writing {
          for POST PUT PATCH DELETE
          at most 60/m burst 20 per user or ip
          if redis is down at most 10/m on each node
        }
        guardrails safe_release { error rate above 1% over 5m }
        signature WAF_SQLI_001 "a second statement" {
          class sqli
          severity critical
          known bad
          look in query, json
          after decode url, lowercase
          match r"; ?drop table"
          catches "x'; DROP TABLE students; --"
          spares "drop the table"
        }
        signature WAF_XSS_001 "script element" {
          class xss
          severity critical
          known bad
          look in query, json
          after decode url, lowercase
          match r"<script\\b"
          catches "<script>alert(1)</script>"
          spares "a script"
        }

        """

    private static let site = """
        send to api
        accept json up to 64KiB
        route login POST /v1/login { public including POST because "people sign in before they hold a token" }
        route search GET /v1/search { public because "anyone may search" }
        route health GET /healthz { public because "load balancers" }
        route profile GET PATCH /v1/users/:id

        """

    private static let signature = """
        class scanner
        severity warning
        look in header.user-agent
        contains "sqlmap"
        catches "sqlmap/1.8"
        spares "Mozilla/5.0"

        """

    /// Files that examples name without showing them.
    private static let named = [
        "captures/SEC-412-search.har": """
        {"log": {"version": "1.2", "creator": {"name": "gatehouse capture", "version": "1"}, "entries": [
          {"request": {"method": "GET", "url": "https://api.example.com/v1/search?q=aaaa;%20drop%20table", "headers": []}}
        ]}}
        """,
        "captures/SEC-398-login.har": """
        {"log": {"version": "1.2", "creator": {"name": "gatehouse capture", "version": "1"}, "entries": [
          {"request": {"method": "POST", "url": "https://api.example.com/v1/login",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "postData": {"mimeType": "application/json",
              "text": "{\\"email\\": \\"a@example.com\\", \\"password\\": \\"aaaa'; drop table aaaa\\"}"}}}
        ]}}
        """,
        "lists/banned.txt": "233.252.0.0/28\n",
        "lists/blocked.txt": "233.252.0.0/28\n",
        "pages/invite-only.html": "<!doctype html><title>By invitation</title>",
        "pages/back-soon.html": "<!doctype html><title>Back soon</title>",
    ]

    // MARK: Finding them

    /// Every example of rules on a page.
    static func all(on page: String, _ text: String) -> [DocumentedRules] {
        var found: [DocumentedRules] = []
        var open: (line: Int, fence: String, lines: [Substring])?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let block = open, line == "```" {
                let fence = block.fence
                if fence == "gate" || fence.hasPrefix("gate ") {
                    let rules = block.lines.joined(separator: "\n") + "\n"
                    let kind = fence.dropFirst(4).trimmingPrefix { $0 == " " }
                    found.append(
                        DocumentedRules(
                            page: page,
                            line: block.line,
                            fence: String(kind),
                            text: rules
                        )
                    )
                }
                open = nil
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("```") {
                open = (index + 1, String(line.dropFirst(3)), [])
            }
        }
        var files = named
        for rules in found { if let path = rules.path { files[path] = rules.text } }
        for index in found.indices { found[index].files = files }
        return found
    }
}

extension DocumentedRules: CustomTestStringConvertible {
    var testDescription: String { "\(page):\(line)" }
}
