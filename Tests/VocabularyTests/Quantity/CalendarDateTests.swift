import Glibc
import Testing
import Vocabulary

struct CalendarDateTests {
    @Test func `every day that can be reached is the calendar's`() {
        var wrong = 0
        for day in -106_751...106_751 {
            let date = CalendarDate(daysSince1970: day)
            var time = time_t(day * 86400)
            var parts = unsafe tm()
            unsafe gmtime_r(&time, &parts)
            let year = unsafe Int(parts.tm_year) + 1900
            let month = unsafe Int(parts.tm_mon) + 1
            let monthDay = unsafe Int(parts.tm_mday)
            let isRight = date.year == year && date.month == month && date.day == monthDay
            if !isRight { wrong += 1 }
        }

        #expect(wrong == 0)
    }
}
