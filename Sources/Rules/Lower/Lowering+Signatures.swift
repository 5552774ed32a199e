import Inspection
import Policy

/// Signatures, in the order of their ids.
extension Lowering {
    mutating func lowerSignatures() {
        let items = program.signatures.sorted { $0.id.value < $1.id.value }
        for (number, item) in items.enumerated() { signatureNumbers[item.id.value] = number }
        let signatures = items.map { item in
            Signature(
                id: item.id.value,
                title: item.title.value,
                attackClass: item.classes?.value ?? "",
                points: item.severity?.value.points ?? 0,
                isKnownBad: item.knownBad != nil,
                isOnTrial: item.trial != nil,
                looks: item.places.compactMap { Self.look($0.value) },
                steps: item.steps.compactMap { Step(rawValue: $0.value) },
                matches: item.matches.map(\.value),
                contains: item.contains.map(\.value),
                catches: item.catches.map(\.value),
                spares: item.spares.map(\.value)
            )
        }
        if let set = try? SignatureSet(signatures) { policy.signatures = set }
    }

    private static func look(_ text: String) -> Look? {
        if let place = Place(name: text) { return Look(place: place) }
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let place = Place(name: parts[0]) else { return nil }
        return Look(place: place, field: parts[1])
    }
}
