/// A message's head, read for the little the benchmark wants to know.
struct Head {
    enum Framing: Equatable {
        case length(Int)
        case chunked
    }

    let startLine: String
    private let fields: [String: String]

    init(_ text: String) {
        let lines = text.split(separator: "\r\n")
        startLine = lines.first.map(String.init) ?? ""
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        fields = Dictionary(pairs) { first, _ in first }
    }

    subscript(_ name: String) -> String? { fields[name] }

    /// The second word: a request's target, an answer's status.
    var secondWord: String {
        startLine.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    }

    var framing: Framing {
        if fields["transfer-encoding"] != nil { return .chunked }
        return .length(fields["content-length"].flatMap { Int($0) } ?? 0)
    }
}
