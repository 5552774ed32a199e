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
}
