public import Vocabulary

/// Writes an answer's head for the client from what was understood of the upstream's.
extension ByteBuffer {
    /// A status line with our own phrase.
    public mutating func append(status: Int) {
        append("HTTP/1.1 ")
        append(decimal: status)
        append(0x20)
        append(Status.phrase(for: status))
        append("\r\n")
    }

    /// The status line and the upstream's fields that go on to the client, without an end.
    ///
    /// - overruled: names that whoever forwards has its own word on.
    /// - isOverruled: the same, for names that mean nothing to the gateway.
    public mutating func append(
        _ head: borrowing AnswerHead,
        without overruled: FieldNameSet = [],
        _ isOverruled: (RawSpan) -> Bool = { _ in false }
    ) {
        append(status: head.status)
        let nominated = head.nominatesFields ? NominatedNames(in: head.section) : nil
        for index in 0..<head.section.fields.count {
            let field = head.section.fields[index]
            if FieldNameSet.removedFromAnswers.contains(field.id) { continue }
            if overruled.contains(field.id) { continue }
            let name = head.section[field.name]
            if field.id == .other, nominated?.holds(name) == true || isOverruled(name) { continue }
            append(field: name, head.section[field.value])
        }
    }

    /// How the body of the answer goes to the client.
    ///
    /// To HEAD and with 304 the length that the body would have is worth telling (RFC 9110 §8.6); it
    /// promises nothing here.
    public mutating func appendFraming(
        _ framing: BodyFraming,
        of head: borrowing AnswerHead
    ) {
        if framing == .none, head.status != 204, !head.isInterim, case .length? = head.declared {
            appendFraming(head.declared ?? .none)
        } else {
            appendFraming(framing)
        }
    }
}
