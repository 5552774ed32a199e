import Policy

/// What a scope gives to its routes, from itself and from all scopes around it.
///
/// A route that says nothing of its own holds its site's arrays and not copies of them: ten thousand
/// routes under the same limits are one array of uses.
struct Bestowal {
    /// A gatekeeper that asks for a segment of the path: which one that is, each route's path says.
    enum Segmented {
        case block(BlockItem)
        case admit(AdmitItem)
    }

    var blocks: [Gatekeeper] = []
    var admits: [Gatekeeper] = []
    var segmented: [Segmented] = []
    var limits: [LimitUse] = []
    var allowances: [Allowance] = []
    var exclusions = ExclusionTable()
    var headers = HeaderChoice()
    var inspections: [InspectionItem] = []
    var inspection = InspectionTerms()

    /// With what one more scope, or a rule that names the route, adds to it.
    func adding(_ inner: Bestowal) -> Bestowal {
        var sum = self
        sum.blocks = Self.joined(blocks, inner.blocks) { $0.name < $1.name }
        sum.admits = Self.joined(admits, inner.admits) { $0.name < $1.name }
        sum.limits = Self.joined(limits, inner.limits) { $0.line < $1.line }
        sum.allowances = Self.joined(allowances, inner.allowances, by: Self.isBefore)
        sum.segmented += inner.segmented
        sum.exclusions.add(inner.exclusions)
        sum.headers = headers.overruled(by: inner.headers)
        sum.inspections += inner.inspections
        return sum
    }

    private static func joined<Element>(
        _ outer: [Element],
        _ inner: [Element],
        by isBefore: (Element, Element) -> Bool
    ) -> [Element] {
        if inner.isEmpty { return outer }
        return outer.isEmpty && inner.count == 1 ? inner : (outer + inner).sorted(by: isBefore)
    }

    /// Which of two that hold alike is named in an explanation must not hang on the order of files.
    private static func isBefore(_ one: Allowance, _ two: Allowance) -> Bool {
        one.reason == two.reason ? one.until > two.until : one.reason < two.reason
    }
}

/// Which header fields answers get and lose: of one name, the nearest scope's word counts.
struct HeaderChoice {
    /// The value, or nil where the field is removed.
    private var choices: [String: String?] = [:]
    /// As they are appended; made once for each scope.
    private(set) var rules = HeaderRules()

    init() {}

    init(_ items: [HeaderItem]) {
        guard !items.isEmpty else { return }
        for item in items { choices[item.name.value] = .some(item.value?.value) }
        settle()
    }

    func overruled(by inner: HeaderChoice) -> HeaderChoice {
        if inner.choices.isEmpty { return self }
        var both = self
        both.choices.merge(inner.choices) { $1 }
        both.settle()
        return both
    }

    private mutating func settle() {
        let sorted = choices.sorted { $0.key < $1.key }
        rules = HeaderRules(
            set: sorted.compactMap { name, value in value.map { (name, $0) } },
            removed: sorted.filter { $0.value == nil }.map(\.key)
        )
    }
}
