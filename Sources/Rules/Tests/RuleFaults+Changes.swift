import Inspection
import Policy
import Vocabulary

/// Rules with one thing said otherwise, for faults.
extension LimitLine {
    var doubled: LimitLine {
        let burst = Int(clamping: terms.burst) * 2
        let milliseconds = Int(Double(terms.interval) * Double(terms.burst) / 1_000_000)
        return LimitLine(
            limit: limit,
            terms: Bucket.Terms(count: burst, milliseconds: milliseconds, burst: burst),
            text: text,
            keys: keys,
            salt: salt,
            stage: stage,
            place: place
        )
    }
}

extension Limit {
    func changed(fallback: Fallback? = nil, counted: Counted? = nil) -> Limit {
        Limit(
            name: name,
            counted: counted ?? self.counted,
            fallback: fallback ?? self.fallback,
            isOnTrial: isOnTrial,
            shutOutSeconds: shutOutSeconds,
            place: place
        )
    }
}

extension Policy {
    var signatureCount: Int { signatures.signatures.count }
}

extension ExclusionTable.Exclusion {
    /// The same for every signature there is.
    func covering(_ count: Int) -> ExclusionTable.Exclusion {
        ExclusionTable.Exclusion(
            signatures: Array(0..<count),
            count: count,
            until: until,
            reason: reason,
            place: place
        )
    }

    func endless(_ count: Int) -> ExclusionTable.Exclusion {
        let numbers = (0..<count).filter { signatures[$0 / 64] & 1 << ($0 % 64) != 0 }
        return ExclusionTable.Exclusion(
            signatures: numbers,
            count: count,
            until: .max,
            reason: reason,
            place: place
        )
    }
}

extension Allowance {
    var endless: Allowance {
        Allowance(subjects: subjects, skips: skips, reason: reason, until: .max, place: place)
    }
}

extension InspectionTerms {
    func changed(_ change: (inout Terms) -> Void) -> InspectionTerms {
        InspectionTerms(
            periods: periods.map { period in
                var terms = period.terms
                change(&terms)
                return (period.until, terms)
            },
            place: place
        )
    }
}

extension Site {
    var withoutCORS: Site {
        Site(
            hosts: hosts,
            routes: routes,
            cors: nil,
            headers: headers,
            ownOrigins: ownOrigins,
            place: place
        )
    }
}
