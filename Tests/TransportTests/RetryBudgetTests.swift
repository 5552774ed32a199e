import Testing

@testable import Transport

struct RetryBudgetTests {
    private func granted(_ budget: inout RetryBudget, of asked: Int, at now: Instant) -> Int {
        (0..<asked).count { _ in budget.take(at: now) }
    }

    @Test func `a quiet site may repeat ten a second, over the window`() {
        var budget = RetryBudget(RetrySettings())
        #expect(granted(&budget, of: 1_000, at: .at(1_000)) == 100)
        #expect(granted(&budget, of: 1_000, at: .at(10_999)) == 0)
        #expect(granted(&budget, of: 1_000, at: .at(11_000)) == 100)
    }

    @Test func `a busy one may repeat a share of its requests besides`() {
        var settings = RetrySettings()
        settings.percentMax = 20
        var budget = RetryBudget(settings)
        budget.note(requests: 10_000, at: .at(1_000))
        #expect(granted(&budget, of: 5_000, at: .at(1_500)) == 2_100)
    }

    @Test func `requests are counted once, and forgotten with their window`() {
        var settings = RetrySettings()
        settings.perSecondMin = 0
        var budget = RetryBudget(settings)
        for second in 0..<5 { budget.note(requests: 1_000, at: .at(1_000 + second)) }
        #expect(granted(&budget, of: 1_000, at: .at(2_000)) == 200)
        #expect(granted(&budget, of: 1_000, at: .at(60_000)) == 0)
    }

    @Test func `nothing is repeated where nothing may be`() {
        var settings = RetrySettings()
        settings.percentMax = 0
        settings.perSecondMin = 0
        var budget = RetryBudget(settings)
        budget.note(requests: 1_000_000, at: .at(1_000))
        #expect(granted(&budget, of: 10, at: .at(1_000)) == 0)
    }
}
