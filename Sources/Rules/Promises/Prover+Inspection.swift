import Inspection
import Policy
import Vocabulary

/// Whether findings of a class count wherever they are made.
///
/// Reads that are only watched are inspected: what is found is recorded, as the mode of the route says.
/// What breaks the promise is that a finding is excused, or that somebody may pass with one where others
/// are stopped. A signature on trial does not count yet, for anybody.
extension Prover {
    func disregard(of name: String, except: Set<String>) -> [Breach] {
        let all = policy.signatures.signatures
        let counting = all.indices.filter { all[$0].attackClass == name && !all[$0].isOnTrial }
        return policy.routes.indices.filter(isReached).flatMap { number in
            excuses(on: number, of: counting, except) + passes(on: number, counting)
        }
    }

    private func excuses(
        on number: Int,
        of signatures: [Int],
        _ except: Set<String>
    ) -> [Breach] {
        let route = policy.routes[number]
        return route.exclusions.all.compactMap { field, exclusion in
            guard now < exclusion.until, !except.contains(field), takes(route, field),
                let signature = signatures.first(where: {
                    exclusion.covers($0) && looks($0, in: field)
                })
            else { return nil }
            return breach(
                .excused(field: field, signature: signature, exclusion.place),
                on: number,
                route.methods.single.last { $0.carriesBodies } ?? route.methods.single.first
            )
        }
    }

    private func passes(on number: Int, _ signatures: [Int]) -> [Breach] {
        let route = policy.routes[number]
        let all = policy.signatures.signatures
        let periods = route.inspection.periods.filter { now < $0.until }
        let stopping = route.methods.single.first { method in
            periods.contains { period in
                switch period.terms.mode(for: method) {
                case .block: true
                case .blockKnownBad:
                    signatures.contains {
                        all[$0].isKnownBad || period.terms.knownBad.contains($0)
                    }
                case .monitor: false
                }
            }
        }
        guard let stopping else { return [] }
        return route.allowances.indices.prefix(PolicyBounds.allowanceMax).compactMap { index in
            guard route.allowances[index].skips.skipsBlocking else { return nil }
            let client = clients.kinds(on: route).first { client in
                clients.allowances(of: route, for: client) & 1 << UInt64(index) != 0
                    && !callers(of: route, stopping, client).isEmpty
            }
            guard let client else { return nil }
            return breach(.unblocked(allowance: index), on: number, stopping, client)
        }
    }

    private func breach(
        _ cause: Breach.Cause,
        on number: Int,
        _ method: Method?,
        _ client: Clients.Kind? = nil
    ) -> Breach? {
        guard let method else { return nil }
        return Breach(
            cause: cause,
            route: number,
            method: method,
            path: path(of: number),
            client: client
        )
    }

    /// Whether the route takes bodies of the kind a field is in.
    private func takes(_ route: Route, _ field: String) -> Bool {
        switch field.prefix(while: { $0 != "." }) {
        case "json": route.accept.kinds.contains(.json)
        case "form": route.accept.kinds.contains(.form)
        case "multipart": route.accept.kinds.contains(.multipart)
        case "xml": route.accept.kinds.contains(.xml)
        default: true
        }
    }

    private func looks(_ signature: Int, in field: String) -> Bool {
        let place = field.prefix { $0 != "." }
        let looks = policy.signatures.signatures[signature].looks
        return looks.contains { $0.place.name == place }
    }
}

extension Method {
    fileprivate var carriesBodies: Bool { self == .post || self == .put || self == .patch }
}
