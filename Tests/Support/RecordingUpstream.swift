public import Crypto

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
        /// Threads between the arrival of bytes and the end of what follows from them.
        var reading = 0
        /// Fences that have come through the queue.
        var fences = 0
    }

    /// An address that no gateway connects from.
    private static let fence = "127.0.0.254"

    private let isAccepting: Bool
    private let listener: ListeningSocket
    /// nil in clear text.
    private let server: TLSServer?
    private let state = Monitor(State())

    /// - server: how it speaks TLS; nil in clear text.
    public init(
        _ manner: ListeningSocket.Manner = .accepting,
        securedBy server: TLSServer? = nil
    ) {
        self.server = server
        isAccepting = manner == .accepting
        listener = ListeningSocket(manner)
        guard isAccepting else { return }
        Threads.start { [self] in
            while let socket = listener.accept() {
                guard let conversation = admit(socket) else { continue }
                Threads.start { [self] in serve(conversation) }
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
            let old = state
            state = State()
            state.round = old.round + 1
            state.reading = old.reading
            state.fences = old.fences
            state.replies = replies
        }
    }

    /// What has come so far.
    public var record: UpstreamRecord { state.withState { $0.record } }

    /// Ends all connections and hands over the record.
    ///
    /// Whatever was sent before this call is in the record: a connection of our own goes through
    /// the queue behind all others, and no byte is left unread. A request that was broken off is
    /// given the time to end, because its connection must close.
    public func finish() -> UpstreamRecord {
        let fences = state.withState { $0.fences }
        if isAccepting, StreamSocket.connect(to: endpoint, from: Self.fence) != nil {
            state.wait(atMost: .seconds(2)) { $0.fences > fences }
        }
        state.wait(atMost: .seconds(2)) { state in
            state.reading == 0 && !state.sockets.contains(where: \.hasUnread)
                && state.record.connections.allSatisfy { $0.rest.isEmpty || $0.hasEnded }
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

    /// Enters a connection in the record, unless it is our own fence.
    private func admit(_ socket: StreamSocket) -> Conversation? {
        let isFence = socket.remoteHost == Self.fence
        return state.withState { state in
            guard !isFence else {
                state.fences += 1
                return nil
            }
            state.record.connections.append(.init())
            state.sockets.append(socket)
            let index = state.record.connections.count - 1
            return Conversation(socket: socket, index: index, round: state.round)
        }
    }

    private func serve(_ admitted: Conversation) {
        var conversation = admitted
        guard secure(&conversation) else {
            change(conversation) { $0.hasEnded = true }
            return conversation.socket.finish()
        }
        // What came with the end of the handshake.
        guard listen(to: &conversation) else { return }
        while true {
            guard conversation.socket.waitForBytes(within: .seconds(60)) else { break }
            state.withState { $0.reading += 1 }
            defer { state.withState { $0.reading -= 1 } }
            guard case .bytes(let bytes) = conversation.receive() else { break }
            conversation.unread += bytes
            guard listen(to: &conversation) else { return }
        }
        change(conversation) { $0.hasEnded = true }
        conversation.secure?.sayEnd()
        conversation.socket.finish()
    }

    /// Shakes hands, where TLS is spoken.
    private func secure(_ conversation: inout Conversation) -> Bool {
        guard let server else { return true }
        guard let session = server.session() else { return false }
        let secure = SecureSocket(conversation.socket, session)
        guard secure.shakeHands() else { return false }
        change(conversation) {
            $0.isResumed = secure.isResumed
            $0.clientCertificate = secure.peerCertificate
        }
        conversation.secure = secure
        if case .bytes(let early) = secure.open([]) { conversation.unread = early }
        return true
    }

    /// One connection as its thread sees it.
    private struct Conversation: Sendable {
        enum Begun {
            case nothing, plain
            case scripted(UpstreamReply)
        }

        let socket: StreamSocket
        let index: Int
        let round: Int
        /// nil in clear text.
        var secure: SecureSocket?
        var unread: [UInt8] = []
        var begun = Begun.nothing
        var isTunnel = false

        func receive() -> Received {
            let received = socket.receive(within: .zero)
            guard let secure, case .bytes(let records) = received else { return received }
            return secure.open(records)
        }

        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool { secure?.send(bytes) ?? socket.send(bytes) }
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
                return conversation.send(bytes)
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
        guard let reply = nextReply(conversation) else {
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
        let reply = rest(of: conversation, for: request)
        conversation.begun = .nothing
        speak(reply.early + reply.late, conversation)
        if reply.isSwitching, !request.fields.values("Upgrade").isEmpty {
            conversation.isTunnel = true
        }
        return end(reply.ending, conversation)
    }

    /// What is still to be said to a request that is now whole.
    private func rest(
        of conversation: Conversation,
        for request: StrictRequest
    ) -> UpstreamReply {
        switch conversation.begun {
        case .plain: return .plain(to: request)
        case .scripted(let reply): return UpstreamReply(late: reply.late, ending: reply.ending)
        case .nothing:
            if request.target == Self.probeTarget { return .plain(to: request) }
            return nextReply(conversation) ?? .plain(to: request)
        }
    }

    private func nextReply(_ conversation: Conversation) -> UpstreamReply? {
        state.withState { state in
            guard state.round == conversation.round else { return nil }
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
                conversation.send(bytes)
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
        case .finish:
            conversation.secure?.sayEnd()
            conversation.socket.finish()
        case .cut: conversation.socket.finish()
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
