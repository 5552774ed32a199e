import Vocabulary

/// Finds one cookie, or one field by a name that was made up by an operator, without copying.
extension FieldSection {
    /// The value of the first cookie of that name, over all Cookie fields (RFC 6265 §5.4).
    @_lifetime(borrow self)
    public func cookie(named name: RawSpan) -> RawSpan? {
        guard fields.has(.cookie) else { return nil }
        for index in 0..<fields.count where fields[index].id == .cookie {
            let pairs = self[fields[index].value]
            var start = 0
            while start < pairs.byteCount {
                let end = pairs.firstIndex(of: 0x3b, from: start) ?? pairs.byteCount
                let pair = pairs.extracting(start..<end).trimmed
                if let value = Self.value(of: name, in: pair) { return value }
                start = end &+ 1
            }
        }
        return nil
    }

    @_lifetime(copy pair)
    private static func value(of name: RawSpan, in pair: RawSpan) -> RawSpan? {
        let count = name.byteCount
        guard pair.byteCount > count, pair[count] == 0x3d else { return nil }
        for index in 0..<count where pair[index] != name[index] { return nil }
        return pair.extracting(droppingFirst: count &+ 1)
    }

    /// The value of the first field of that name, in any case, known to us or not.
    @_lifetime(borrow self)
    public func value(ofAny name: RawSpan) -> RawSpan? {
        for index in 0..<fields.count {
            let field = fields[index]
            if self[field.name].equalsIgnoringCase(name) { return self[field.value] }
        }
        return nil
    }
}
