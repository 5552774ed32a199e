public import HTTPWire
import Vocabulary

/// What became of a body.
public struct BodyFacts: Equatable, Sendable {
    public enum End: Equatable, Sendable { case complete, incomplete, refused }

    public var data: [UInt8] = []
    public var trailers: [String] = []
    /// How many bytes stood after a body that was complete.
    public var rest = 0
    public var end = End.incomplete

    public init() {}

    /// What `BodyReader` makes of a body that arrives in pieces.
    public init(_ framing: BodyFraming, _ pieces: [[UInt8]]) {
        let pool = BlockPool()
        var input = ByteBuffer()
        var reader = BodyReader(framing)
        do throws(WireError) {
            for piece in pieces {
                input.append(wire: piece)
                try read(&reader, &input, from: pool)
            }
            end = reader.isComplete ? .complete : .incomplete
        } catch {
            end = .refused
        }
        guard end == .complete else { return }
        rest = input.count
        trailers = FieldFacts.all(of: reader.trailers).map { $0.name + ": " + $0.value }
    }

    private mutating func read(
        _ reader: inout BodyReader,
        _ input: inout ByteBuffer,
        from pool: BlockPool
    ) throws(WireError) {
        while true {
            let count = try reader.next(in: &input, from: pool)
            if count == 0 { return }
            data += [UInt8](wire: input.bytes.extracting(first: count))
            input.removeFirst(count)
        }
    }
}
