import Vocabulary

/// All signatures, compiled once and laid out by where they look; immutable.
public final class SignatureSet: Sendable {
    public let signatures: [Signature]
    private let plans: [Plan]
    /// For each place the plan of values in no field that is named; -1 where nothing looks.
    private let wholes: [Int]
    /// For each place the fields that are named.
    private let fields: [[FieldPlan]]

    private struct FieldPlan: Sendable {
        /// As a reader names it: decoded, or a JSON path.
        let name: [UInt8]
        let plan: Int
    }

    /// None at all.
    public init() {
        (signatures, plans) = ([], [])
        wholes = Place.allCases.map { _ in -1 }
        fields = Place.allCases.map { _ in [] }
    }

    public init(_ signatures: [Signature]) throws(PatternFault) {
        self.signatures = signatures
        let compiled = try Self.compile(signatures)
        var plans: [Plan] = []
        var known: [[Int]: Int] = [:]
        let plan = { (members: [Int]) -> Int in
            if members.isEmpty { return -1 }
            if let index = known[members] { return index }
            plans.append(
                Plan(members.map { ($0, signatures[$0].steps, compiled[$0]) })
            )
            known[members] = plans.count - 1
            return plans.count - 1
        }
        var wholes: [Int] = []
        var fields: [[FieldPlan]] = []
        for place in Place.allCases {
            let looks = signatures.map { $0.looks.filter { $0.place == place } }
            let whole = looks.indices.filter { looks[$0].contains { $0.field == nil } }
            wholes.append(plan(whole))
            let names = Set(looks.joined().compactMap(\.field)).sorted()
            fields.append(
                names.map { name in
                    let members = looks.indices.filter { index in
                        looks[index].contains { $0.field == nil || $0.field == name }
                    }
                    return FieldPlan(
                        name: FieldName.bytes(of: name, in: place),
                        plan: plan(members)
                    )
                }
            )
        }
        self.plans = plans
        self.wholes = wholes
        self.fields = fields
    }

    private static func compile(_ signatures: [Signature]) throws(PatternFault) -> [[Pattern]] {
        var compiled: [[Pattern]] = []
        for (number, signature) in signatures.enumerated() {
            guard signature.steps.count <= InspectionBounds.stepCountMax else {
                var fault = PatternFault(.tooLarge, at: nil, "a signature has too many steps")
                fault.signature = number
                throw fault
            }
            var patterns: [Pattern] = []
            for (index, text) in signature.matches.enumerated() {
                do throws(PatternFault) {
                    patterns.append(try Pattern(text))
                } catch {
                    var fault = error
                    (fault.signature, fault.pattern) = (number, index)
                    throw fault
                }
            }
            for text in signature.contains { patterns.append(try Pattern(literal: text)) }
            compiled.append(patterns)
        }
        return compiled
    }

    // MARK: Asking

    /// Whether any signature looks there at all.
    func looks(in place: Place) -> Bool {
        wholes[Int(place.rawValue)] >= 0 || !fields[Int(place.rawValue)].isEmpty
    }

    /// The number of the plan for a value of this name; -1 where nothing looks at it.
    func planNumber(for place: Place, named name: RawSpan) -> Int {
        let place = Int(place.rawValue)
        for index in fields[place].indices where fields[place][index].name.isSame(as: name) {
            return fields[place][index].plan
        }
        return wholes[place]
    }

    subscript(_ plan: Int) -> Plan { plans[plan] }
}

extension [UInt8] {
    fileprivate func isSame(as other: RawSpan) -> Bool {
        guard count == other.byteCount else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
