public import Vocabulary

/// Where one field of a head stands in its text.
public struct Field: BitwiseCopyable, Sendable {
    public let name: ByteRange
    public let value: ByteRange
    public let id: FieldName
}

/// The fields of one head, in the order they came.
///
/// It borrows one small block for as long as the head lives, and knows which names are present, so
/// that asking for an absent field costs one test of a bit.
public struct FieldTable: ~Copyable {
    private var records = ByteBuffer()
    public private(set) var count = 0
    private var present = FieldNameSet()

    init() {}

    public subscript(_ index: Int) -> Field {
        let stride = MemoryLayout<Field>.stride
        return unsafe records.bytes.unsafeLoadUnaligned(
            fromByteOffset: index &* stride,
            as: Field.self
        )
    }

    public func has(_ id: FieldName) -> Bool { present.contains(id) }

    /// The first field of that name.
    public func first(_ id: FieldName) -> Field? {
        guard has(id) else { return nil }
        for index in 0..<count where self[index].id == id { return self[index] }
        return nil
    }

    mutating func append(_ field: Field, from pool: BlockPool) {
        records.acquire(.table, from: pool)
        records.append(record: field)
        present.insert(field.id)
        count &+= 1
    }

    mutating func release(to pool: BlockPool) {
        records.release(to: pool)
        present = FieldNameSet()
        count = 0
    }
}
