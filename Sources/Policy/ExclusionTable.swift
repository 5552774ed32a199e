/// Findings that are excused on a route: sets of signatures, field by field.
public struct ExclusionTable: Sendable {
    public struct Exclusion: Sendable {
        /// Numbers of signatures, as bits: word by word.
        public let signatures: [UInt64]
        public let until: Int64
        public let reason: String
        public let place: SourcePlace

        public init(signatures: [Int], count: Int, until: Int64, reason: String, place: SourcePlace)
        {
            var words = [UInt64](repeating: 0, count: (count + 63) / 64)
            for index in signatures where index < count { words[index / 64] |= 1 << (index % 64) }
            self.signatures = words
            self.until = until
            self.reason = reason
            self.place = place
        }

        func covers(_ signature: Int) -> Bool {
            let word = signature / 64
            return word < signatures.count && signatures[word] & 1 << (signature % 64) != 0
        }
    }

    /// By the field as rules write it: `json.password`.
    private var byField: [String: [Exclusion]] = [:]

    public init() {}

    public var isEmpty: Bool { byField.isEmpty }

    /// All of them, field by field in the order of their names.
    public var all: [(field: String, exclusion: Exclusion)] {
        byField.sorted { $0.key < $1.key }.flatMap { entry in entry.value.map { (entry.key, $0) } }
    }

    public mutating func add(_ exclusion: Exclusion, for field: String) {
        byField[field, default: []].append(exclusion)
    }

    public mutating func add(_ other: ExclusionTable) {
        if byField.isEmpty {
            byField = other.byField
        } else {
            byField.merge(other.byField) { $0 + $1 }
        }
    }

    /// What excuses a signature in a field at this moment, if anything does.
    public func exclusion(of signature: Int, in field: String, at now: Int64) -> Exclusion? {
        byField[field]?.first { $0.covers(signature) && now < $0.until }
    }
}
