public import Vocabulary

/// Frames a body for the side it goes to.
///
/// One run of data is one chunk: the chunk sizes of the other side say nothing worth keeping.
public struct BodyWriter: Sendable {
    public let framing: BodyFraming
    private var isWithinChunk = false

    public init(_ framing: BodyFraming) {
        self.framing = framing
    }

    /// Appends what has to stand before the next `count` bytes of data.
    ///
    /// Nothing stands before no data: a chunk of no bytes would end the body.
    public mutating func begin(_ count: Int, in output: inout ByteBuffer) {
        guard framing == .chunked, count > 0 else { return }
        if isWithinChunk { output.append("\r\n") }
        output.append(hexadecimal: count)
        output.append("\r\n")
        isWithinChunk = true
    }

    /// Appends what ends the body, trailers included.
    public mutating func end(_ trailers: borrowing FieldSection, in output: inout ByteBuffer) {
        guard framing == .chunked else { return }
        if isWithinChunk { output.append("\r\n") }
        output.append("0\r\n")
        for index in 0..<trailers.fields.count {
            let field = trailers.fields[index]
            // RFC 9110 §6.5.1: what means something to framing, routing or us cannot come late.
            guard field.id == .other else { continue }
            output.append(field: trailers[field.name], trailers[field.value])
        }
        output.append("\r\n")
        isWithinChunk = false
    }
}
