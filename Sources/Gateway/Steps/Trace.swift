import HTTPWire
import Transport
import Vocabulary

extension RequestPath {
    /// Passes a W3C trace on, or begins one.
    ///
    /// A trace of ours bears the request's own id, so that one search finds both; unless a trusted
    /// proxy chose that id, in a grammar of its own.
    func appendTrace(to output: inout ByteBuffer) {
        output.append("traceparent: ")
        if let given = Self.traceparent(in: exchange.head.section) {
            output.append(exchange.head.section[given])
            output.append("\r\n")
            appendTraceState(to: &output)
            return
        }
        let trace = id.isFresh ? id : bench.freshID()
        output.append("00-")
        output.append(trace.bytes)
        output.append(0x2d)
        output.append(digits: bench.random.next())
        output.append("-00\r\n")
    }

    /// The state goes with its trace; without a valid one it means nothing.
    private func appendTraceState(to output: inout ByteBuffer) {
        for index in 0..<exchange.head.section.fields.count {
            let field = exchange.head.section.fields[index]
            guard field.id == .tracestate else { continue }
            output.append(
                field: exchange.head.section[field.name],
                exchange.head.section[field.value]
            )
        }
    }

    /// Where the one valid traceparent stands, if there is one.
    ///
    /// Version 00 is two digits, 32, 16 and two, in lower case, neither id all zeros.
    private static func traceparent(in section: borrowing FieldSection) -> ByteRange? {
        var found: ByteRange?
        for index in 0..<section.fields.count where section.fields[index].id == .traceparent {
            guard found == nil else { return nil }
            found = section.fields[index].value
        }
        guard let found, isTraceparent(section[found]) else { return nil }
        return found
    }

    private static func isTraceparent(_ text: RawSpan) -> Bool {
        guard text.byteCount == 55, text[0] == 0x30, text[1] == 0x30 else { return false }
        var traceBits: UInt8 = 0
        var parentBits: UInt8 = 0
        for index in 2..<55 {
            if index == 2 || index == 35 || index == 52 {
                guard text[index] == 0x2d else { return false }
                continue
            }
            guard let digit = text[index].hexadecimalValue, text[index] == text[index].lowercased
            else { return false }
            if index < 35 { traceBits |= digit } else if index < 52 { parentBits |= digit }
        }
        return traceBits != 0 && parentBits != 0
    }
}
