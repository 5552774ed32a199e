/// Why a body is not what its type says, and the byte at which that shows.
///
/// The message never quotes the body: what a client sends is nobody's to print.
public struct BodyFault: Error, Equatable, Sendable {
    public let offset: Int
    public let message: String

    init(_ offset: Int, _ message: String) {
        self.offset = offset
        self.message = message
    }
}
