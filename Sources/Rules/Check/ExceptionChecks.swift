import Policy
import Vocabulary

/// The life of exceptions: that they say why, that they end, and when.
extension Checker {
    private struct Exception {
        let noun: String
        let at: SourceRange
        let tail: Tail
    }

    /// An exception's bound where the rules give none.
    private static let defaultMostDays = 180
    private static let defaultWarningDays = 14

    mutating func checkExceptions() {
        for exception in allExceptions { checkEnd(exception) }
        for list in program.lists {
            for entry in list.entries where entry.until != nil {
                let tail = Tail(until: entry.until)
                checkEnd(Exception(noun: "entry", at: entry.value.at, tail: tail))
            }
        }
    }

    private var allExceptions: [Exception] {
        var found: [Exception] = []
        for (scope, _, _) in scopes {
            found += scope.exclusions.map { Exception(noun: "`exclude`", at: $0.at, tail: $0.tail) }
            found += scope.allowances.map { Exception(noun: "`allow`", at: $0.at, tail: $0.tail) }
            found += scope.inspections.map {
                Exception(noun: "`inspect`", at: $0.at, tail: $0.tail)
            }
        }
        for (_, route) in routes {
            if let open = route.open {
                found.append(Exception(noun: "`public`", at: open.at, tail: open.tail))
            }
        }
        return found
    }

    private mutating func checkEnd(_ exception: Exception) {
        guard let until = exception.tail.until else { return }
        let days = Self.days(from: now, to: until.value.end - 1)
        let terms = program.exceptionTerms.first
        let warning =
            terms?.warning.map { Int($0.value.components.seconds / 86_400) }
            ?? Self.defaultWarningDays
        let most =
            terms?.atMost.map { Int($0.value.components.seconds / 86_400) } ?? Self.defaultMostDays
        if until.value.end <= now {
            sayEnded(exception, until)
        } else if days > most {
            sayTooLong(exception, until, days: days, most: most)
        } else if days <= warning {
            sayEndsSoon(exception, until, days: days)
        }
    }

    private mutating func sayEnded(_ exception: Exception, _ until: Said<Day>) {
        let days = Self.days(from: until.value.start, to: now)
        let ago = days == 0 ? "earlier today" : "\(days) day\(days == 1 ? "" : "s") ago"
        say(
            Diagnostic(
                .ended,
                "this \(exception.noun) ended on \(until.value.text)",
                at: until.at,
                "\(ago); it no longer has any effect"
            )
            .note(
                "an ended exception never blocks a reload; `gatehouse check --strict` (for CI) makes this an error"
            )
            .help("delete it, or give it a new date and say why")
        )
    }

    private mutating func sayTooLong(
        _ exception: Exception,
        _ until: Said<Day>,
        days: Int,
        most: Int
    ) {
        let latest = Day(holding: now).advanced(byDays: most)
        say(
            Diagnostic(
                .lastsTooLong,
                "this \(exception.noun) lasts \(days) days",
                at: until.at,
                "an exception lasts at most \(most) days"
            )
            .help("the latest date allowed today is \(latest.text)")
        )
    }

    private mutating func sayEndsSoon(_ exception: Exception, _ until: Said<Day>, days: Int) {
        say(
            Diagnostic(
                .endsSoon,
                days == 0
                    ? "this \(exception.noun) ends today"
                    : "this \(exception.noun) ends in \(days) day\(days == 1 ? "" : "s")",
                at: until.at,
                "after this day it has no effect"
            )
            .help("renew it now if it is still needed")
        )
    }

    /// How many midnights lie between two moments.
    private static func days(from start: Int64, to end: Int64) -> Int {
        Int((Day(holding: end).start - Day(holding: start).start) / 86_400)
    }
}
