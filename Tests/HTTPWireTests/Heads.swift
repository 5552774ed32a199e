import HTTPWire
import TestSupport

/// What a request head says that arrives in one piece.
func read(_ text: String) -> Outcome<RequestFacts> { readRequest([text.wire]) }

/// What is wrong with a request head, or nil.
func fault(_ text: String) -> WireError? { read(text).error }

/// A head with one request line.
func line(_ line: String) -> String { line + "\r\nHost: h\r\n\r\n" }

/// A head with these fields after Host, each a line without its end.
func post(_ fields: String..., version: String = "1.1") -> String {
    "POST / HTTP/\(version)\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// What an answer head says that arrives in one piece.
func readAnswer(_ text: String) -> Outcome<AnswerFacts> { readAnswer([text.wire]) }

/// An answer head with these fields.
func answer(_ line: String, _ fields: String...) -> String {
    line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
