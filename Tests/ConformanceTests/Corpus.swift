import TestSupport

/// The goldens of HTTP/1.1, read once.
enum Corpus {
    static let folder =
        String(#filePath.prefix { $0 != "\0" }.dropLast("Corpus.swift".count)) + "Corpora/http1"

    static let requests = read("requests", .request)
    static let answers = read("answers", .answer)

    /// Every host that a case asks for and that rules can name: a site has no wildcards.
    static let hosts: [String] = {
        var found: Set<String> = []
        for wireCase in requests.cases + answers.cases {
            let text = String(decoding: wireCase.sentBytes, as: UTF8.self).lowercased()
            for line in text.split(whereSeparator: \.isNewline) {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                if let first = words.first, first.hasPrefix("host:") {
                    found.insert(name(in: (first.dropFirst(5) + (words.dropFirst().first ?? ""))))
                }
                for word in words where word.contains("://") {
                    found.insert(name(in: word.split(separator: "/").dropFirst().first ?? ""))
                }
            }
        }
        // What the player asks for when a case is over.
        found.insert("still.open")
        return found.filter(isName).sorted()
    }()

    private static func name(in authority: Substring) -> String {
        String(authority.prefix { $0 != ":" && $0 != "?" && $0 != "/" })
    }

    private static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2d
                }
        }
        let isAddress = labels.allSatisfy { $0.allSatisfy(\.isNumber) }
        return isPlain && !isAddress && text.utf8.count <= 253
    }

    /// What of the corpus could not be read, and why.
    static var malformed: [String] { requests.faults + answers.faults }

    struct Part: Sendable {
        var cases: [WireCase] = []
        var faults: [String] = []
    }

    private static func read(_ part: String, _ kind: WireCase.Kind) -> Part {
        var result = Part()
        do {
            for golden in try GoldenCase.all(below: folder + "/" + part) {
                do {
                    result.cases.append(try WireCase(golden, kind))
                } catch {
                    result.faults.append("\(error)")
                }
            }
        } catch {
            result.faults.append("\(error)")
        }
        return result
    }
}
