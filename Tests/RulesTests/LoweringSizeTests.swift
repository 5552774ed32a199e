import Policy
import Rules
import Testing

/// Large policies.
struct LoweringSizeTests {
    /// Routes under limits, an allowance and headers that hold for all of them.
    static func rules(routes count: Int) -> String {
        let routes = (0..<count).map { number in
            "route r\(number) GET POST /v\(number % 50)/part\(number)/:id"
                + (number % 10 == 0 ? " { public including POST because \"x\" }" : "")
        }
        let above = """
            list qa of ip { 198.51.100.0/24 }
            gateway { headers { set x-a "b" } }
            inspect { monitor GET HEAD
              block POST }
            limit reading { for GET
              at most 300/m per user or ip
              if redis is down let through }
            limit writing { for POST
              at most 60/m per user or ip
              if redis is down refuse }
            allow qa to skip reading because "x" until 2026-12-24
            """
        return site(routes.joined(separator: "\n"), above: above)
    }

    @Test func `ten thousand routes under the same limits hold the same limits`() throws {
        let clock = ContinuousClock()
        var compiled: Compiled?
        let time = try clock.measure { compiled = try compile(Self.rules(routes: 10_000)) }
        let policy = try #require(compiled?.policy)

        #expect(policy.routes.count == 10_000)
        let first = policy.routes[0]
        for route in [policy.routes[1], policy.routes[9_999]] {
            #expect(Self.isShared(first.limits, route.limits))
            #expect(Self.isShared(first.allowances, route.allowances))
            #expect(Self.isShared(first.headers.appended, route.headers.appended))
            #expect(
                unsafe first.inspection.periods.withUnsafeBufferPointer { $0.baseAddress }
                    == route.inspection.periods.withUnsafeBufferPointer { $0.baseAddress }
            )
        }
        // Built for tests nothing is fast; what is quadratic takes minutes.
        #expect(time < .seconds(20), "\(time)")
    }

    @Test func `a route with a rule of its own holds its site's others`() throws {
        let rules = """
            block it when header.x-a is present
            limit of_site { at most 300/m per ip
              if redis is down refuse }
            headers { set x-a "b" }
            route a GET /a { limit of_a { at most 3/m per ip
              if redis is down refuse } }
            route b GET /b
            """
        let policy = try #require(try compile(site(rules)).policy)
        let (own, plain) = (policy.routes[0], policy.routes[1])

        #expect(own.limits.count == 2 && plain.limits.count == 1)
        #expect(Self.isShared(own.blocks, plain.blocks))
        #expect(Self.isShared(own.headers.appended, plain.headers.appended))
    }

    private static func isShared<Element>(_ one: [Element], _ two: [Element]) -> Bool {
        unsafe one.withUnsafeBufferPointer { $0.baseAddress }
            == two.withUnsafeBufferPointer { $0.baseAddress } && !one.isEmpty
    }
}
