import Crypto
import Foundation
import Gateway
import Glibc
import TestSupport
import Testing
import Transport
import Vocabulary

/// One provocation on its stage.
struct Play {
    let stage: GatewayStage
    let client: RawClient
    private let provocation: Provocation

    init(_ provocation: Provocation) throws {
        self.provocation = provocation
        var server: TLSServer?
        if provocation.isForged {
            let files = try TestCertificates()
            server = try TLSServer(showing: files.make(["127.0.0.1"]))
        }
        stage = try GatewayStage(
            provocation.replies,
            provocation.upstream,
            securedBy: server,
            provocation.settings
        )
        provocation.switches(stage.gateway.switches)
        client = try stage.client()
    }

    func answer() throws -> StrictAnswer {
        for request in provocation.before { _ = try stage.answer(to: request) }
        client.send(provocation.request)
        if provocation.deed == .endSending { client.socket.finishSending() }
        return try client.answer(to: String(provocation.request.prefix { $0 != " " }))
    }
}

/// What a problem in JSON says.
struct Problem {
    let fields: [String: Any]

    init(_ answer: StrictAnswer) throws {
        let value = try JSONSerialization.jsonObject(with: Data(answer.body))
        fields = try #require(value as? [String: Any])
    }

    var code: String? { fields["code"] as? String }
    var status: Int? { fields["status"] as? Int }
    var id: String? { fields["request_id"] as? String }
}

extension RawClient {
    /// The head of the 101, without what comes after it.
    func handshake() throws -> StrictAnswer {
        let next = nextAnswer(to: "GET", within: .seconds(5))
        guard case .answer(let answer) = next else {
            Issue.record("no handshake but \(next.summary)")
            throw NoAnswer()
        }
        return answer
    }
}
