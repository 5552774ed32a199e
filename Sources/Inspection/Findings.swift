import Vocabulary

/// One signature found, and the field it was found in.
public struct Finding: BitwiseCopyable, Sendable {
    /// The signature's number in its set.
    public let signature: Int
    public let place: Place
    /// Where the inspector keeps the field's name.
    let nameStart: Int
    let nameCount: Int
}

/// What was found in one request: each signature in each field once, up to a bound.
struct Findings: ~Copyable, Sendable {
    private(set) var count = 0
    private(set) var isFull = false
    private var valueCount = 0
    private var all: [Finding]
    private var hashes: [UInt64] = []
    private let seed = UInt64.random(in: .min ... .max)
    private var names = Scratch()
    /// Numbers of findings, plus one, by signature and field; so that one more is told from the others at once.
    private var slots: [Int16]

    private static let slotCount = 4 * InspectionBounds.findingCountMax

    init() {
        all = []
        all.reserveCapacity(InspectionBounds.findingCountMax)
        hashes.reserveCapacity(InspectionBounds.findingCountMax)
        slots = Array(repeating: 0, count: Self.slotCount)
    }

    mutating func begin() {
        if count > 0 {
            for index in slots.indices { slots[index] = 0 }
            all.removeAll(keepingCapacity: true)
            hashes.removeAll(keepingCapacity: true)
            names.removeAll()
            count = 0
        }
        isFull = false
        valueCount = 0
    }

    /// Whether one more value may be looked at.
    mutating func admit() -> Bool {
        if valueCount >= InspectionBounds.valueCountMax { isFull = true }
        valueCount &+= 1
        return !isFull
    }

    subscript(_ index: Int) -> Finding { all[index] }

    @_lifetime(borrow self)
    func name(of index: Int) -> RawSpan {
        let finding = all[index]
        return names.bytes.extracting(finding.nameStart..<(finding.nameStart &+ finding.nameCount))
    }

    /// Keeps a finding in the field `name`, which is spelled if `isSpelled` and otherwise will be.
    mutating func add(_ signature: Int, in place: Place, named name: RawSpan, isSpelled: Bool) {
        let start = names.count
        let kept = name.extracting(
            first: min(name.byteCount, InspectionBounds.nameByteCountMax &+ 1)
        )
        if isSpelled { names.append(kept) } else { FieldName.append(kept, to: &names) }
        if names.count &- start > InspectionBounds.nameByteCountMax {
            names.cut(to: start &+ InspectionBounds.nameByteCountMax &- 2)
            names.append(literal: FieldName.cutMark)
        }
        let length = names.count &- start
        let hash = hash(signature, place, start)
        var slot = Int(truncatingIfNeeded: hash >> 40) & (Self.slotCount &- 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) &- 1
            let other = all[index]
            if hashes[index] == hash, other.signature == signature, other.place == place,
                other.nameCount == length, isSame(other.nameStart, start, length)
            {
                return names.cut(to: start)
            }
            slot = (slot &+ 1) & (Self.slotCount &- 1)
        }
        guard count < InspectionBounds.findingCountMax else {
            isFull = true
            return names.cut(to: start)
        }
        all.append(
            Finding(signature: signature, place: place, nameStart: start, nameCount: length)
        )
        hashes.append(hash)
        count &+= 1
        slots[slot] = Int16(truncatingIfNeeded: count)
    }

    private func isSame(_ first: Int, _ second: Int, _ length: Int) -> Bool {
        for offset in 0..<length where names[first &+ offset] != names[second &+ offset] {
            return false
        }
        return true
    }

    /// Begins with what nobody outside knows, so that names cannot be aimed at one slot.
    private func hash(_ signature: Int, _ place: Place, _ start: Int) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: signature) << 8 ^ UInt64(place.rawValue)
        for index in start..<names.count {
            hash = (hash ^ UInt64(names[index])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return hash &* 0xBF58_476D_1CE4_E5B9
    }
}
