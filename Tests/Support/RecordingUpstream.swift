/// An upstream on a real socket which records what it is sent and answers by script.
///
/// It reads strictly: a request that could be understood in two ways is recorded as broken, and
/// the connection ends there. One thread accepts and one serves each connection; that is all the
/// machinery a test can rely on.
public final class RecordingUpstream: Sendable {
    /// Requests with this target are always answered plainly, whatever the script.
    public static let probeTarget = "/still-open"

    public var endpoint: Endpoint { listener.endpoint }

    private struct State {
        var record = UpstreamRecord()
        var sockets: [StreamSocket] = []
        var replies: [UpstreamReply] = []
        var round = 0
        var requestsAnswered = 0
        /// How often the client has received anything.
        var receipts = 0
        var speaking = 0
    }

    private let listener: ListeningSocket
    private let state = Monitor(State())

    /// Without `accepting`, every connection to the endpoint is refused.
    public init(accepting: Bool = true) {
        listener = ListeningSocket(accepting: accepting)
        guard accepting else { return }
        Threads.start { [self] in
            while let socket = listener.accept() {
                Threads.start { [self] in serve(socket) }
            }
        }
    }

    public func stop() {
        _ = finish()
        listener.finish()
    }

    /// Forgets everything seen, and answers the coming requests with these replies in turn; a
    /// request beyond them is answered plainly.
    public func begin(_ replies: [UpstreamReply] = []) {
        state.withState { state in
            let round = state.round
            state = State()
            state.round = round + 1
            state.replies = replies
        }
    }

    /// Ends all connections and hands over the record.
    ///
    /// A request that was broken off is given the time to end: its connection must close.
    public func finish() -> UpstreamRecord {
        state.wait(atMost: .seconds(2)) { state in
            state.record.connections.allSatisfy { $0.rest.isEmpty || $0.hasEnded }
        }
        return state.withState { state in
            for socket in state.sockets { socket.finish() }
            return state.record
        }
    }

    /// The client has received something: scripts that wait for that go on.
    public func noteReceipt() {
        state.withState { $0.receipts += 1 }
    }

    /// Waits until nothing more is to be said to the requests that came so far.
    public func waitUntilQuiet() {
        state.wait(atMost: .seconds(2)) { $0.speaking == 0 }
    }

    private func serve(_ socket: StreamSocket) {
        let (index, round) = state.withState { state in
            state.record.connections.append(.init())
            state.sockets.append(socket)
            return (state.record.connections.count - 1, state.round)
        }
        var conversation = Conversation(socket: socket, index: index, round: round)
        while true {
            switch socket.receive(within: .seconds(60)) {
            case .bytes(let bytes):
                conversation.unread += bytes
                guard listen(to: &conversation) else { return }
            default:
                change(conversation) { $0.hasEnded = true }
                return socket.finish()
            }
        }
    }

    /// One connection as its thread sees it.
    private struct Conversation {
        enum Begun {
            case nothing, plain
            case scripted(UpstreamReply)
        }

        let socket: StreamSocket
        let index: Int
        let round: Int
        var unread: [UInt8] = []
        var begun = Begun.nothing
        var isTunnel = false
    }

    /// Changes a connection's record, unless its round is over.
    private func change(
        _ conversation: Conversation,
        _ body: (inout UpstreamRecord.Connection) -> Void
    ) {
        state.withState { state in
            guard state.round == conversation.round else { return }
            body(&state.record.connections[conversation.index])
        }
    }

    /// Takes in what came; false when the connection is over.
    private func listen(to conversation: inout Conversation) -> Bool {
        while !conversation.unread.isEmpty {
            if conversation.isTunnel {
                let bytes = conversation.unread
                conversation.unread = []
                change(conversation) { $0.tunnelled += bytes }
                return conversation.socket.send(bytes)
            }
            switch StrictReader.request(conversation.unread) {
            case .broken(let why):
                let bytes = conversation.unread
                change(conversation) {
                    $0.broken = why
                    $0.rest = bytes
                }
                return end(.finish, conversation)
            case .incomplete(let headIsWhole):
                let bytes = conversation.unread
                change(conversation) { $0.rest = bytes }
                return headIsWhole ? begin(in: &conversation) : true
            case .whole(let request, let length):
                conversation.unread.removeFirst(length)
                guard answer(request, in: &conversation) else { return false }
            }
        }
        return true
    }

    /// Says what is said as soon as a head is in; false when that ended the connection.
    private func begin(in conversation: inout Conversation) -> Bool {
        guard case .nothing = conversation.begun else { return true }
        guard let reply = nextReply() else {
            conversation.begun = .plain
            return true
        }
        conversation.begun = .scripted(reply)
        speak(reply.early, conversation)
        return reply.early.isEmpty || !reply.late.isEmpty || end(reply.ending, conversation)
    }

    private func answer(_ request: StrictRequest, in conversation: inout Conversation) -> Bool {
        change(conversation) {
            $0.requests.append(request)
            $0.rest = []
        }
        state.withState { state in
            guard state.round == conversation.round else { return }
            state.record.requests.append(request)
        }
        let reply = rest(of: conversation.begun, for: request)
        conversation.begun = .nothing
        speak(reply.early + reply.late, conversation)
        if reply.isSwitching, !request.fields.values("Upgrade").isEmpty {
            conversation.isTunnel = true
        }
        return end(reply.ending, conversation)
    }

    /// What is still to be said to a request that is now whole.
    private func rest(
        of begun: Conversation.Begun,
        for request: StrictRequest
    ) -> UpstreamReply {
        switch begun {
        case .plain: return .plain(to: request)
        case .scripted(let reply): return UpstreamReply(late: reply.late, ending: reply.ending)
        case .nothing:
            if request.target == Self.probeTarget { return .plain(to: request) }
            return nextReply() ?? .plain(to: request)
        }
    }

    private func nextReply() -> UpstreamReply? {
        state.withState { state in
            defer { state.requestsAnswered += 1 }
            guard state.requestsAnswered < state.replies.count else { return nil }
            return state.replies[state.requestsAnswered]
        }
    }

    private func speak(_ pieces: [CaseText.Piece], _ conversation: Conversation) {
        var receipts = state.withState { state in
            state.speaking += 1
            return state.receipts
        }
        for piece in pieces {
            switch piece {
            case .bytes(let bytes):
                receipts = state.withState { $0.receipts }
                conversation.socket.send(bytes)
            case .untilTaken: conversation.socket.waitUntilTaken()
            case .untilAnswered:
                let before = receipts
                state.wait(atMost: .seconds(2)) { $0.receipts > before }
            case .mark: break
            }
        }
        state.withState { $0.speaking -= 1 }
    }

    private func end(_ ending: UpstreamReply.Ending, _ conversation: Conversation) -> Bool {
        switch ending {
        case .keep: return true
        case .finish: conversation.socket.finish()
        case .breakOff:
            conversation.socket.waitUntilTaken()
            conversation.socket.breakOffWhenClosed()
            // The descriptor closes with its last reference, and only a close is a reset.
            state.withState { $0.sockets.removeAll { $0 === conversation.socket } }
        }
        change(conversation) { $0.hasEnded = true }
        return false
    }
}
