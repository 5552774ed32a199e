import Foundation
import Gateway
import Limits
import Policy
import TestSupport
import Testing
import Vocabulary

/// What pages of other origins may ask, and are told.
struct OriginTests {
    private static let listed = "https://app.example"

    private static func cors(rememberSeconds: Int? = 600) -> CORSTerms {
        CORSTerms(
            origins: TextSet([listed]),
            methods: MethodSet([.get, .post]),
            headers: ["content-type"],
            allowsCredentials: true,
            rememberSeconds: rememberSeconds,
            place: .none
        )
    }

    private static func request(_ origin: String, _ start: String = "GET /") -> String {
        "\(start) HTTP/1.1\r\nHost: a\r\nOrigin: \(origin)\r\n\r\n"
    }

    /// That a page of the listed origin may read this answer, and only such a page.
    private static func expectReadable(
        _ answer: StrictAnswer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let fields = answer.fields
        #expect(
            fields.values("Access-Control-Allow-Origin") == [listed],
            sourceLocation: sourceLocation
        )
        #expect(
            fields.values("Access-Control-Allow-Credentials") == ["true"],
            sourceLocation: sourceLocation
        )
        #expect(fields.values("Vary").contains("Origin"), sourceLocation: sourceLocation)
    }

    @Test(
        arguments: Provocation.all.filter { $0.step != "ReadHead" && $0.reason != .originRefused }
    )
    func `every refusal can be read by a page of a listed origin`(_ given: Provocation) throws {
        // A host nobody serves has no pages.
        guard given.reason != .unknownHost else { return }
        var provocation = given
        provocation.settings = { settings in
            given.settings(&settings)
            settings.policy = Self.allowing(Self.cors(), settings.policy)
        }
        provocation.request = Self.fromPage(given.request)
        provocation.before = given.before.map(Self.fromPage)

        let answer = try Play(provocation).answer()

        #expect(answer.status == given.reason.status)
        Self.expectReadable(answer)
    }

    private static func fromPage(_ request: String) -> String {
        var request = request
        guard let end = request.range(of: "Host: a\r\n") else { return request }
        request.insert(contentsOf: "Origin: \(listed)\r\n", at: end.upperBound)
        return request
    }

    private static func allowing(_ cors: CORSTerms, _ policy: Policy) -> Policy {
        var policy = policy
        policy.sites = policy.sites.map {
            Site(
                hosts: $0.hosts,
                routes: $0.routes,
                cors: cors,
                headers: $0.headers,
                ownOrigins: $0.ownOrigins,
                place: $0.place
            )
        }
        return policy
    }

    @Test func `the upstream's own word on it never passes, and its other fields do`() throws {
        let stage = try GatewayStage([
            .says(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n"
                    + "access-control-expose-headers: x\r\nVary: Accept\r\nX-Mine: 1\r\n\r\n"
            )
        ]) { $0.rule { $0.cors = Self.cors() } }

        let answer = try stage.answer(to: Self.request(Self.listed))

        Self.expectReadable(answer)
        #expect(answer.value("Access-Control-Expose-Headers") == nil)
        #expect(answer.fields.values("Vary") == ["Accept", "Origin"])
        #expect(answer.value("X-Mine") == "1")
    }

    @Test(arguments: ["https://evil.test", "https://app.example.evil.test", "null", "https://a"])
    func `nobody else's page may read anything`(origin: String) throws {
        let stage = try GatewayStage { $0.rule { $0.cors = Self.cors() } }
        let answer = try stage.answer(to: Self.request(origin))
        #expect(answer.status == 200)
        #expect(answer.value("Access-Control-Allow-Origin") == nil)
        #expect(answer.fields.values("Vary") == ["Origin"])
    }

    @Test func `a site without cors says nothing of it`() throws {
        let stage = try GatewayStage([
            .says(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
            )
        ])
        let answer = try stage.answer(to: Self.request(Self.listed))
        #expect(answer.fields.values("Access-Control-Allow-Origin") == ["*"])
        #expect(answer.fields.values("Vary").isEmpty)
    }

    @Test func `a preflight is answered here`() throws {
        let stage = try GatewayStage { $0.rule { $0.cors = Self.cors() } }
        let client = try stage.client()
        client.send(
            "OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: \(Self.listed)\r\n"
                + "Access-Control-Request-Method: POST\r\n\r\n"
        )
        let answer = try client.answer(to: "OPTIONS")

        #expect(answer.status == 204 && !answer.saysClose)
        Self.expectReadable(answer)
        #expect(answer.value("Access-Control-Allow-Methods") == "GET, POST")
        #expect(answer.value("Access-Control-Allow-Headers") == "content-type")
        #expect(answer.value("Access-Control-Max-Age") == "600")
        #expect(stage.upstream.finish().requests.isEmpty)
        let record = try stage.log.record()
        #expect(record.fields["verdict"] as? String == "answered")
        #expect(record.fields["by"] as? String == "cors")
    }

    @Test func `a preflight of a stranger is refused`() throws {
        let stage = try GatewayStage { $0.rule { $0.cors = Self.cors() } }
        let answer = try stage.answer(
            to: "OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.test\r\n"
                + "Access-Control-Request-Method: POST\r\n\r\n"
        )
        #expect(answer.status == 403 && answer.value("Access-Control-Allow-Methods") == nil)
    }
}
