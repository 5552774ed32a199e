import Policy
import Vocabulary

/// How hard a route is inspected, now and when its exceptions have ended.
extension Lowering {
    /// - items: from the outermost scope to the nearest, whose word counts, setting by setting.
    func terms(of items: [InspectionItem]) -> InspectionTerms {
        let ends = Set(items.compactMap { $0.tail.until?.value.end }).sorted() + [.max]
        return InspectionTerms(
            periods: ends.map { end in
                let holding = items.filter { Self.end(of: $0.tail) >= end }
                return (until: end, terms: terms(ofHolding: holding))
            },
            place: items.last.map { place($0.at) } ?? .none
        )
    }

    private func terms(ofHolding items: [InspectionItem]) -> InspectionTerms.Terms {
        var terms = InspectionTerms.Terms()
        for item in items {
            for (mode, methods) in item.modes {
                let methods = MethodSet(methods.map(\.value))
                terms.monitored.subtract(methods)
                terms.blocked.subtract(methods)
                terms.blockedKnownBad.subtract(methods)
                switch mode {
                case .monitor: terms.monitored.formUnion(methods)
                case .block: terms.blocked.formUnion(methods)
                case .blockKnownBad: terms.blockedKnownBad.formUnion(methods)
                }
            }
            for threshold in item.thresholds {
                let points = threshold.points.value
                switch threshold.kind?.value {
                case nil: terms.threshold = points
                case "json": terms.jsonThreshold = points
                case "form": terms.formThreshold = points
                default: terms.multipartThreshold = points
                }
            }
            // Naming one more never makes an outer one harmless.
            for id in item.knownBad {
                if let number = signatureNumbers[id.value] { terms.knownBad.insert(number) }
            }
        }
        return terms
    }
}
