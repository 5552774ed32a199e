public import Vocabulary

/// A head or a trailer section: its text and the table of its fields.
///
/// It owns the memory its ranges point into, so they hold until the exchange is over and its record
/// written, whatever has been read from the connection since.
public struct FieldSection: ~Copyable {
    public internal(set) var text = ByteBuffer()
    public internal(set) var fields = FieldTable()

    public init() {}

    /// The text of one range.
    public subscript(_ range: ByteRange) -> RawSpan {
        @_lifetime(borrow self)
        get { text.bytes[range] }
    }

    /// The value of the first field of that name.
    @_lifetime(borrow self)
    public func value(of id: FieldName) -> RawSpan? {
        guard let field = fields.first(id) else { return nil }
        return self[field.value]
    }

    /// The value of the one field of that name; nil when there are several.
    ///
    /// A proxy that adds its word below the client's is not told from the client that way.
    @_lifetime(borrow self)
    public func onlyValue(of id: FieldName) -> RawSpan? {
        guard let field = fields.first(id) else { return nil }
        var count = 0
        for index in 0..<fields.count where fields[index].id == id { count &+= 1 }
        return count == 1 ? self[field.value] : nil
    }

    /// Gives all memory back.
    public mutating func release(to pool: BlockPool) {
        text.release(to: pool)
        fields.release(to: pool)
    }

    /// Appends a canonical form to the text and returns where it stands.
    mutating func keep(_ start: Int) -> ByteRange { ByteRange(start, text.count &- start) }
}
