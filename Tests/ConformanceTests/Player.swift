import TestSupport

/// Plays a case: sends its bytes to a running gateway and writes down what comes of it.
///
/// Nothing here knows what is right. A connection that should stay open is shown to be open by a
/// further request on it, and one that should end is read to its end: there is no pause anywhere.
struct Player {
    let gateway: Endpoint
    let upstream: RecordingUpstream
    let hasUpstream: Bool

    private static let patience = Duration.seconds(4)
    private static let probe =
        "GET \(RecordingUpstream.probeTarget) HTTP/1.1\r\nHost: still.open\r\n\r\n"

    func play(_ wireCase: WireCase) -> Observation {
        upstream.begin(wireCase.replies)
        var observation = Observation()
        observation.upstream = upstream.endpoint
        if let client = RawClient(to: gateway, from: wireCase.source) {
            client.onReceipt = { upstream.noteReceipt() }
            converse(wireCase, client, &observation)
        } else {
            observation.fate = "no connection to \(gateway)"
        }
        observation.record = upstream.finish()
        return observation
    }

    private func converse(
        _ wireCase: WireCase,
        _ client: RawClient,
        _ observation: inout Observation
    ) {
        let lines = RequestLines(wireCase.sentBytes)
        for piece in wireCase.sent {
            switch piece {
            case .bytes(let bytes) where wireCase.byteByByte: client.sendByteByByte(bytes)
            case .bytes(let bytes): client.send(bytes)
            case .untilTaken: client.socket.waitUntilTaken()
            case .untilAnswered:
                guard readAnswer(client, lines, &observation) else { return }
                upstream.waitUntilQuiet()
            case .mark: break
            }
        }
        if wireCase.halfCloses { client.socket.finishSending() }
        while observation.finalAnswers.count < wireCase.expected.finalCount {
            guard readAnswer(client, lines, &observation) else { return }
        }
        if observation.answers.last?.status == 101 {
            let count = wireCase.expected.tunnelCount
            observation.tunnelled = client.tunnelled(atLeast: count, within: Self.patience)
        }
        if wireCase.expected.admits(fate: "kept") {
            probe(client, lines, &observation)
        } else {
            readToTheEnd(client, lines, &observation)
        }
    }

    /// Reads one answer into the observation; false when there will be no further one.
    private func readAnswer(
        _ client: RawClient,
        _ lines: RequestLines,
        _ observation: inout Observation
    ) -> Bool {
        let method = lines.method(observation.finalAnswers.count)
        switch client.nextAnswer(to: method, within: Self.patience) {
        case .answer(let answer):
            observation.answers.append(answer)
            if answer.framing == .untilClose { observation.fate = "closed" }
            return answer.framing != .untilClose
        case .broken(let why, let bytes):
            observation.broken = "\(why), in: \(CaseText.inline(bytes))"
            observation.fate = "unreadable"
        case .closed(let rest):
            observation.cut = rest
            observation.fate = rest.isEmpty ? "closed" : "aborted"
        case .reset(let rest):
            observation.cut = rest
            observation.fate = "aborted"
        case .nothing(let rest):
            observation.cut = rest
            observation.fate = "open, and silent"
        }
        return false
    }

    /// Whether a further request on the connection is answered, and with its own answer.
    private func probe(
        _ client: RawClient,
        _ lines: RequestLines,
        _ observation: inout Observation
    ) {
        if !client.unread.isEmpty {
            observation.broken = "bytes after the answer: \(CaseText.inline(client.unread))"
        }
        client.send(Array(Self.probe.utf8))
        switch client.nextAnswer(to: "GET", within: Self.patience) {
        case .answer(let answer):
            let body = Array("GET \(RecordingUpstream.probeTarget)".utf8)
            let isRight =
                hasUpstream ? answer.status == 200 && answer.body == body : answer.status >= 502
            observation.fate =
                isRight ? "kept" : "kept, but the next answer was \(CaseText.inline(answer.bytes))"
        case .closed(let rest) where rest.isEmpty: observation.fate = "closed"
        // A server that has closed answers what comes after with a reset.
        case .reset(let rest) where rest.isEmpty: observation.fate = "closed"
        case .closed, .reset: observation.fate = "aborted"
        case .broken(let why, _): observation.fate = "kept, but the next answer has \(why)"
        case .nothing: observation.fate = "open, and silent"
        }
    }

    private func readToTheEnd(
        _ client: RawClient,
        _ lines: RequestLines,
        _ observation: inout Observation
    ) {
        let end = client.waitForEnd(within: .seconds(2))
        while !client.unread.isEmpty {
            guard readAnswer(client, lines, &observation) else { return }
        }
        switch end {
        case .closed: observation.fate = "closed"
        case .reset: observation.fate = "aborted"
        default: probe(client, lines, &observation)
        }
    }
}
