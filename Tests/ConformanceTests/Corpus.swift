import TestSupport

/// The goldens of HTTP/1.1, read once.
enum Corpus {
    static let folder =
        String(#filePath.prefix { $0 != "\0" }.dropLast("Corpus.swift".count)) + "Corpora/http1"

    static let requests = read("requests", .request)
    static let answers = read("answers", .answer)

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
