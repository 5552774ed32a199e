import Testing

@testable import Telemetry

struct TimestampTests {
    private func text(_ timestamp: Timestamp) -> String {
        unsafe timestamp.bytes.withUnsafeBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    private func text(at nanoseconds: Int64) -> String {
        var timestamp = Timestamp()
        timestamp.set(nanoseconds: nanoseconds)
        return text(timestamp)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_179_900_123_456_789, "2026-11-20T13:05:00.123Z"),
        (999_999, "1970-01-01T00:00:00.000Z"),
        (1_000_000, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (951_868_800_000_000_000, "2000-03-01T00:00:00.000Z"),
        (4_107_542_399_000_000_000, "2100-02-28T23:59:59.000Z"),
        (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
        (1_735_689_599_999_000_000, "2024-12-31T23:59:59.999Z"),
        (1_735_689_600_000_000_000, "2025-01-01T00:00:00.000Z"),
        (.max, "2262-04-11T23:47:16.854Z"),
        (.min, "1677-09-21T00:12:43.145Z"),
    ])
    func `an instant is written in UTC with milliseconds`(nanoseconds: Int64, expected: String) {
        #expect(text(at: nanoseconds) == expected)
    }

    @Test func `one timestamp follows the clock in either direction`() {
        var timestamp = Timestamp()
        for (nanoseconds, expected) in [
            (1_735_689_599_998_000_000, "2024-12-31T23:59:59.998Z"),
            (1_735_689_599_999_000_000, "2024-12-31T23:59:59.999Z"),
            (1_735_689_600_000_000_000, "2025-01-01T00:00:00.000Z"),
            (1_735_689_599_001_000_000, "2024-12-31T23:59:59.001Z"),
        ] as [(Int64, String)] {
            timestamp.set(nanoseconds: nanoseconds)

            #expect(text(timestamp) == expected)
        }
    }
}
