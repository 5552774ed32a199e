import Rules
import TestSupport
import Testing

/// The page of each code says what is true: its rules are tried.
struct ExplanationTests {
    static let folder = Corpus.folder("../../docs/diagnostics")

    /// Codes that no page can show in one file, and why.
    static let unshown: [DiagnosticID: String] = [
        .hiddenCharacter: "a page shows no character that nobody can see",
        .fileMissing: "it takes a second file to be there, or not",
        .exclusionNotNeeded: "it takes a capture beside the rules",
        .exclusionNotEnough: "it takes a capture beside the rules",
        .captureUnscrubbed: "it takes a capture beside the rules",
        .captureUnreadable: "it takes a capture beside the rules",
    ]

    /// The rules of a page, made whole.
    private struct Example {
        let before: String
        let after: String

        init?(_ text: String) {
            var blocks: [(kind: Substring, rules: [Substring])] = []
            var isOpen = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("```") {
                    isOpen.toggle()
                    if isOpen { blocks.append((line.dropFirst(3), [])) }
                } else if isOpen {
                    blocks[blocks.count - 1].rules.append(line)
                }
            }
            guard blocks.count == 2, let before = Self.whole(blocks[0]),
                let after = Self.whole(blocks[1])
            else { return nil }
            (self.before, self.after) = (before, after)
        }

        private static func whole(_ block: (kind: Substring, rules: [Substring])) -> String? {
            let rules = block.rules.joined(separator: "\n")
            switch block.kind {
            case "gate": return rules
            case "gate in site":
                return around
                    + "site api.example.com {\nsend to api\nroute login POST /v1/login\n\(rules)\n}\n"
            case "gate in limit": return "limit writing {\n\(rules)\n}\n"
            case "gate in canary":
                return
                    "guardrails safe { error rate above 1% over 5m }\ncanary rules {\n\(rules)\n}\n"
            case "gate in evidence":
                return """
                    signature WAF_SCAN_009 "a tool's name" {
                    class scanner
                    severity warning
                    look in header.user-agent
                    contains "sqlmap"
                    catches "sqlmap/1.8"
                    spares "Mozilla/5.0"
                    \(rules)
                    }
                    """
            case "gate in signature":
                return """
                    signature WAF_SCAN_009 "a tool's name" {
                    look in header.user-agent
                    contains "sqlmap"
                    catches "sqlmap/1.8"
                    \(rules)
                    }
                    """
            default: return nil
            }
        }

        /// What stands beside a site.
        private static let around = """
            upstream api { servers 10.0.1.10:8443 }
            list qa of ip { 198.51.100.0/24 }
            list blocked of ip { 203.0.113.0/24 }
            limit reading { for GET
              at most 300/m per user or ip
              if redis is down let through }
            limit writing { for PUT PATCH DELETE
              at most 60/m per user or ip
              if redis is down at most 10/m on each node }
            limit sign_in on login {
              at most 5/m per ip
              count failures
              if redis is down refuse }
            signature WAF_SQLI_001 "union select" {
              class sqli
              severity critical
              look in query, json
              match r"union select"
              catches "1 union select"
              spares "a student union"
            }

            """
    }

    private func text(_ id: DiagnosticID) throws -> String {
        try TextFile.read(Self.folder + "/\(id.rawValue).md")
    }

    private func codes(_ rules: String) throws -> [DiagnosticID] {
        let lines = rules.split(separator: "\n", omittingEmptySubsequences: false)
        return try DiagnosticTests.said(of: lines.map(String.init)).1.all.map(\.id)
    }

    @Test(arguments: DiagnosticID.allCases)
    func `a page is short, and is headed by its code`(id: DiagnosticID) throws {
        let lines = try text(id).split(separator: "\n", omittingEmptySubsequences: false)

        #expect(lines[0].hasPrefix("# \(id.rawValue): "))
        #expect(lines.count <= 20, "\(lines.count - 1) lines, not below 20")
    }

    @Test(arguments: DiagnosticID.allCases)
    func `what stands before brings the code about and no other, what stands after none`(
        id: DiagnosticID
    ) throws {
        guard Self.unshown[id] == nil else { return }
        let example = try #require(Example(try text(id)))
        // What a site stands among is not all used, notes are information, and tests stand alone.
        let quiet: Set<DiagnosticID> = [
            .unusedList, .methodAnswered405, .raisedThreshold, .testFails,
        ]

        let before = Set(try codes(example.before))
        let after = Set(try codes(example.after))

        #expect(before.contains(id))
        #expect(before.subtracting(quiet).subtracting([id]) == [])
        #expect(after.subtracting(quiet) == [])
        #expect(id == .unusedList || !after.contains(id))
    }

    @Test func `the pages are those of the codes, and the list has them in their order`() throws {
        let pages = try TextFile.all(below: Self.folder).filter { $0 != "README.md" }
        let list = try TextFile.read(Self.folder + "/README.md").split(separator: "\n")
            .filter { $0.hasPrefix("- [") }.map(String.init)

        let expected = DiagnosticID.allCases.map { id in
            "- [\(id.rawValue)](\(id.rawValue).md): \(Explanation(id).heading)"
        }
        #expect(pages.sorted() == DiagnosticID.allCases.map { "\($0.rawValue).md" }.sorted())
        #expect(list == expected)
    }

    @Test(arguments: DiagnosticID.allCases)
    func `the program has the page as it lies in the docs`(id: DiagnosticID) throws {
        #expect(Explanation(id).text + "\n" == (try text(id)))
    }

    @Test func `in a terminal a page has no marks, and its rules stand out`() throws {
        let lines = try #require(Explanation(code: "e0309")).plain(width: 60)
            .split(separator: "\n", omittingEmptySubsequences: false)

        #expect(lines[0] == "E0309: an allowance without an end")
        #expect(lines[1].isEmpty && lines.last?.isEmpty == true)
        let before = try #require(lines.firstIndex(of: "Before:"))
        #expect(lines[before - 1].isEmpty && lines[before + 1] == "    allow qa to skip reading")
        #expect(!lines.contains { $0.contains("```") || $0.contains("**") })
        #expect(lines.allSatisfy { $0.hasPrefix("    ") || $0.count <= 60 })
    }
}
