import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// Steps **host** to **canary**: what the rules make of the request.
    ///
    /// The policy goes from stage to stage by itself, and says what it needs to know when it needs it.
    /// Whatever it is told was found out here; it has no hands.
    mutating func askPolicy() async throws(Answer) {
        judgement.begin(circumstances())
        isJudged = true
        while true {
            switch need() {
            case .charges: charge()
            case .token: verifyToken()
            case .body(let byteMax): try await holdBody(upTo: byteMax)
            case .forward: return exchange.releaseHeldBody()
            case .preflight: throw .preflight
            case .redirect(let location, let status):
                throw .redirect(location: location, status: status)
            case .refusal: throw .refused
            }
        }
    }

    private mutating func need() -> Need {
        Self.need(in: hearing, exchange, serverName, copy.edition, &bench.desk)
    }

    private static func need(
        in hearing: Hearing,
        _ exchange: borrowing Exchange,
        _ serverName: [UInt8]?,
        _ edition: Edition,
        _ desk: inout Desk
    ) -> Need {
        guard let serverName else {
            return hearing.judgement.next(
                exchange.head,
                body: exchange.heldBody,
                serverName: nil,
                under: edition.policy,
                with: &desk
            )
        }
        return hearing.judgement.next(
            exchange.head,
            body: exchange.heldBody,
            serverName: unsafe serverName.span.bytes,
            under: edition.policy,
            with: &desk
        )
    }

    /// What is true around the request.
    private func circumstances() -> Circumstances {
        var found = Circumstances(
            now: bench.secondsSince1970,
            client: client.address,
            hash: bench.hash
        )
        found.isUnderMaintenance = bench.switches.isUnderMaintenance
        found.isKillSwitchOn = bench.switches.isKillSwitchOn
        found.hasCertificate = clientCertificate != nil
        return found
    }
}
