import HTTPWire
import Policy
import Transport
import Vocabulary

extension RequestPath {
    /// What the rules put on the answer to this request.
    var terms: AnswerTerms {
        let edition = copy.edition
        if isJudged { return edition.terms(route: judgement.route, site: judgement.site) }
        // Refused before the rules were asked: its page may read the answer all the same.
        let site = hasHead ? edition.policy.hosts.site(for: exchange.head.host) : nil
        return edition.terms(route: -1, site: site ?? -1)
    }

    /// Appends what browsers have to be told before a page of another origin may read the answer.
    ///
    /// On every answer of the site, errors included: else a page would take a limit or an outage for a
    /// fault of CORS.
    ///
    /// - isPreflight: the answer itself is what such pages may ask.
    mutating func appendOrigin(_ cors: CORSTerms?, isPreflight: Bool = false) {
        guard let cors else { return }
        exchange.client.output.append("Vary: Origin\r\n")
        guard
            Self.appendOrigin(
                of: exchange.head,
                cors,
                at: bench.secondsSince1970,
                to: &exchange.client.output
            )
        else { return }
        let lines = isPreflight ? cors.preflight : cors.everyAnswer
        unsafe exchange.client.output.append(lines.span.bytes)
    }

    /// Appends the origin's own name, if it is listed.
    private static func appendOrigin(
        of head: borrowing RequestHead,
        _ cors: CORSTerms,
        at now: Int64,
        to output: inout ByteBuffer
    ) -> Bool {
        guard let origin = head.section.onlyValue(of: .origin),
            cors.origins.contains(origin, at: now)
        else { return false }
        output.append("Access-Control-Allow-Origin: ")
        output.append(origin)
        output.append("\r\n")
        return true
    }
}
