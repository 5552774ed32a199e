/// A moment as people write it: a day, or a day and a time, in UTC.
public struct Day: Sendable, Hashable {
    /// The first instant of a day, or the instant itself, in seconds since 1970.
    public let start: Int64
    /// The whole day is meant.
    public let isWhole: Bool

    /// What holds until a day holds to its end.
    public var end: Int64 { isWhole ? start + 86_400 : start }

    /// Reads `2027-03-31` or `2027-03-31T18:00Z`, seconds allowed; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard [10, 17, 20].contains(bytes.count) else { return nil }
        let mask = Array("0000-00-00T00:00:00Z".utf8)
        var numbers = [0]
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1 && bytes.count > 10
            let wanted = isLast ? UInt8(ascii: "Z") : mask[index]
            if wanted == UInt8(ascii: "0") {
                guard 0x30...0x39 ~= byte else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            } else {
                guard byte == wanted else { return nil }
                numbers.append(0)
            }
        }
        numbers += [0, 0, 0]
        guard let date = CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        start = Int64(date.daysSince1970 * 86_400 + seconds)
        isWhole = bytes.count == 10
    }

    /// The day that holds a moment.
    public init(holding secondsSince1970: Int64) {
        start = secondsSince1970.floored(by: 86_400) * 86_400
        isWhole = true
    }

    /// The day so many days later.
    public func advanced(byDays count: Int) -> Day {
        Day(holding: start + Int64(count) * 86_400)
    }

    public var text: String {
        let date = CalendarDate(daysSince1970: Int(start.floored(by: 86_400)))
        let day = [(date.year, 4), (date.month, 2), (date.day, 2)]
            .map { Self.padded($0, to: $1) }
            .joined(separator: "-")
        if isWhole { return day }
        let rest = Int(start - start.floored(by: 86_400) * 86_400)
        return "\(day)T\(Self.padded(rest / 3600, to: 2)):\(Self.padded(rest / 60 % 60, to: 2))Z"
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
