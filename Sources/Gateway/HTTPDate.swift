import Vocabulary

/// A moment as the Date field writes it (RFC 9110 §5.6.7).
struct HTTPDate {
    private var text: InlineArray<29, UInt8> = .init(repeating: 0x20)

    /// From 1970 on, as a clock gives it.
    init(secondsSince1970 given: Int) {
        // A clock set before 1970 is wrong; it must not stop the worker that reads it.
        let seconds = max(given, 0)
        let days = seconds / 86400
        let date = CalendarDate(daysSince1970: days)
        let time = seconds - days * 86400
        var buffer = ByteBuffer()
        // The first of January 1970 was a Thursday.
        buffer.append(Self.days[(days + 4) % 7])
        buffer.append(", ")
        buffer.append(twoDigits: date.day)
        buffer.append(0x20)
        buffer.append(Self.months[date.month - 1])
        buffer.append(0x20)
        buffer.append(decimal: date.year)
        buffer.append(0x20)
        buffer.append(twoDigits: time / 3600)
        buffer.append(0x3a)
        buffer.append(twoDigits: time / 60 % 60)
        buffer.append(0x3a)
        buffer.append(twoDigits: time % 60)
        buffer.append(" GMT")
        for index in 0..<min(29, buffer.count) { text[index] = buffer.bytes[index] }
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe text.span.bytes }
    }

    private static let days: InlineArray<7, StaticString> = [
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
    ]
    private static let months: InlineArray<12, StaticString> = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension ByteBuffer {
    fileprivate mutating func append(twoDigits number: Int) {
        if number < 10 { append(0x30) }
        append(decimal: number)
    }
}
