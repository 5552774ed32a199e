import Vocabulary

/// An instant in UTC as RFC 3339 writes it, with milliseconds: `2026-11-20T13:05:00.123Z`.
///
/// It keeps its text: most records share their second with the one before, and then only three digits
/// change.
struct Timestamp: Sendable {
    private var second = Int64.min
    private var text: InlineArray<24, UInt8> = .init(repeating: 0x30)

    init() {}

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe text.span.bytes }
    }

    /// Sets the instant, in nanoseconds since the beginning of 1970, rounded down to the millisecond.
    mutating func set(nanoseconds: Int64) {
        let milliseconds = nanoseconds.floored(by: 1_000_000)
        let second = milliseconds.floored(by: 1000)
        if second != self.second { set(second: second) }
        write(Int(milliseconds &- second &* 1000), digits: 3, at: 20)
    }

    private mutating func set(second: Int64) {
        let day = second.floored(by: 86400)
        let date = CalendarDate(daysSince1970: Int(day))
        let time = Int(second &- day &* 86400)
        write(date.year, digits: 4, at: 0)
        write(date.month, digits: 2, at: 5)
        write(date.day, digits: 2, at: 8)
        write(time / 3600, digits: 2, at: 11)
        write(time / 60 % 60, digits: 2, at: 14)
        write(time % 60, digits: 2, at: 17)
        text[4] = UInt8(ascii: "-")
        text[7] = UInt8(ascii: "-")
        text[10] = UInt8(ascii: "T")
        text[13] = UInt8(ascii: ":")
        text[16] = UInt8(ascii: ":")
        text[19] = UInt8(ascii: ".")
        text[23] = UInt8(ascii: "Z")
        self.second = second
    }

    private mutating func write(_ number: Int, digits: Int, at place: Int) {
        var rest = number
        for index in stride(from: place &+ digits &- 1, through: place, by: -1) {
            text[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}

extension Int64 {
    /// The quotient rounded down, for instants before 1970 too.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
