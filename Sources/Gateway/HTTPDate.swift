import Glibc
import Vocabulary

/// A moment as the Date field writes it (RFC 9110 §5.6.7).
struct HTTPDate {
    private var text: InlineArray<29, UInt8> = .init(repeating: 0x20)

    init(secondsSince1970: Int) {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        _ = unsafe gmtime_r(&seconds, &parts)
        var buffer = ByteBuffer()
        buffer.append(Self.days[Int(parts.tm_wday) % 7])
        buffer.append(", ")
        buffer.append(twoDigits: Int(parts.tm_mday))
        buffer.append(0x20)
        buffer.append(Self.months[Int(parts.tm_mon) % 12])
        buffer.append(0x20)
        buffer.append(decimal: Int(parts.tm_year) + 1900)
        buffer.append(0x20)
        buffer.append(twoDigits: Int(parts.tm_hour))
        buffer.append(0x3a)
        buffer.append(twoDigits: Int(parts.tm_min))
        buffer.append(0x3a)
        buffer.append(twoDigits: Int(parts.tm_sec))
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
