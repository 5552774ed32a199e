/// What a recording upstream says to one request, and when.
public struct UpstreamReply: Sendable, Equatable {
    public enum Ending: Sendable {
        case keep, finish, breakOff
        /// An end in order, of which TLS says nothing; in clear text the same as `finish`.
        case cut
    }

    /// Sent as soon as the request's head is in.
    public var early: [CaseText.Piece] = []
    /// Sent when the request is whole.
    public var late: [CaseText.Piece] = []
    public var ending = Ending.keep

    public init(
        early: [CaseText.Piece] = [],
        late: [CaseText.Piece] = [],
        ending: Ending = .keep
    ) {
        self.early = early
        self.late = late
        self.ending = ending
    }

    /// Splits pieces at the mark `body`, where the upstream waits for the request to be whole.
    public init(_ pieces: [CaseText.Piece], isEarly: Bool, ending: Ending) {
        self.ending = ending
        if let body = pieces.firstIndex(of: .mark("body")) {
            early = Array(pieces[..<body])
            late = Array(pieces[(body + 1)...])
        } else if isEarly {
            early = pieces
        } else {
            late = pieces
        }
    }

    /// Whether it opens a tunnel.
    var isSwitching: Bool {
        for case .bytes(let bytes) in early + late {
            return bytes.starts(with: "HTTP/1.1 101".utf8)
        }
        return false
    }

    /// The plain answer: 200, and a body that names the request it answers.
    public static func plain(to request: StrictRequest) -> UpstreamReply {
        let body = "\(request.method) \(request.target)".prefix(80)
        let head = """
            HTTP/1.1 200 OK\r
            Date: Fri, 20 Nov 2026 13:05:00 GMT\r
            Content-Type: text/plain\r
            Content-Length: \(body.utf8.count)\r
            \r\n
            """
        let content = request.method == "HEAD" ? "" : body
        return UpstreamReply(late: [.bytes(Array((head + content).utf8))])
    }
}
