public import Vocabulary

/// Writes a request head for the upstream from what was understood of it.
extension ByteBuffer {
    /// The request line, Host, and the client's fields that go on to the upstream, without an end.
    ///
    /// Who forwards adds what it vouches for, and then the empty line.
    public mutating func append(_ head: borrowing RequestHead, hostIfNone: RawSpan) {
        append(head.methodText)
        append(0x20)
        append(head.path)
        if let query = head.query {
            append(0x3f)
            append(query)
        }
        append(" HTTP/1.1\r\nHost: ")
        append(head.host.byteCount > 0 ? head.host : hostIfNone)
        append("\r\n")
        appendKept(head)
        appendFraming(head.framing)
        if head.expectsContinue { append("Expect: 100-continue\r\n") }
        if let left = head.forwardsLeft {
            append("Max-Forwards: ")
            append(decimal: max(left - 1, 0))
            append("\r\n")
        }
    }

    private mutating func appendKept(_ head: borrowing RequestHead) {
        let nominated = head.nominatesFields ? NominatedNames(in: head.section) : nil
        for index in 0..<head.section.fields.count {
            let field = head.section.fields[index]
            if FieldNameSet.removedFromRequests.contains(field.id) {
                // Max-Forwards is ours to count for OPTIONS alone (TRACE never gets this far).
                guard field.id == .maxForwards, head.forwardsLeft == nil else { continue }
            }
            let name = head.section[field.name]
            if field.id == .other, nominated?.holds(name) == true { continue }
            append(field: name, head.section[field.value])
        }
    }

    /// The one field that says where a message's body ends.
    mutating func appendFraming(_ framing: BodyFraming) {
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            append("Content-Length: ")
            append(decimal: count)
            append("\r\n")
        case .chunked: append("Transfer-Encoding: chunked\r\n")
        }
    }
}
