/// A day of the Gregorian calendar.
///
/// Years are counted from the first of March, so that a leap day is the last day of its year, of its four
/// years, of its century and of its four centuries: each count is then a division, held down by one on
/// that day.
public struct CalendarDate: Sendable {
    public let year: Int
    public let month: Int
    public let day: Int

    /// Any day that nanoseconds in 64 bits can reach: from 1677 to 2262.
    public init(daysSince1970: Int) {
        let daysBefore1970 = 135_080  // From 1 March 1600 on.
        var rest = daysSince1970 + daysBefore1970
        precondition(rest >= 0)
        let eras = rest / 146_097
        rest %= 146_097
        let centuries = min(rest / 36524, 3)
        rest -= centuries * 36524
        let leapCycles = rest / 1461
        rest %= 1461
        let years = min(rest / 365, 3)
        rest -= years * 365
        // Months from March on repeat 31 30 31 30 31: 153 days in five.
        let monthsSinceMarch = (rest * 5 + 2) / 153
        day = rest - (monthsSinceMarch * 153 + 2) / 5 + 1
        month = monthsSinceMarch < 10 ? monthsSinceMarch + 3 : monthsSinceMarch - 9
        let marchYear = 1600 + eras * 400 + centuries * 100 + leapCycles * 4 + years
        year = month > 2 ? marchYear : marchYear + 1
    }

    /// nil for a day that no calendar has, and for years that the other initializer cannot reach.
    public init?(year: Int, month: Int, day: Int) {
        guard (1678...2261).contains(year), (1...12).contains(month),
            (1...Self.dayCount(of: month, in: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    public var daysSince1970: Int {
        let marchYear = month > 2 ? year : year - 1
        let years = marchYear - 1600
        let monthsSinceMarch = month > 2 ? month - 3 : month + 9
        let daysBefore1970 = 135_080
        return years * 365 + years / 4 - years / 100 + years / 400 + (monthsSinceMarch * 153 + 2)
            / 5
            + day - 1 - daysBefore1970
    }

    private static func dayCount(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
