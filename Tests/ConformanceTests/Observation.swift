import TestSupport

/// What came of playing a case: the client's side, and the upstream's.
struct Observation: Sendable {
    var answers: [StrictAnswer] = []
    /// Bytes of an answer that never came whole.
    var cut: [UInt8] = []
    /// Why an answer could not be read, if so.
    var broken: String?
    var tunnelled: [UInt8] = []
    /// `kept`, `closed`, `aborted`, or in words what else.
    var fate = ""
    var record = UpstreamRecord()
    var upstream = Endpoint.ipv4("127.0.0.1", port: 0)

    var finalAnswers: [StrictAnswer] { answers.filter { !$0.isInterim } }

    /// Requests the upstream received, without the probe of the harness.
    var requests: [StrictRequest] {
        record.requests.filter { $0.target != RecordingUpstream.probeTarget }
    }
}
