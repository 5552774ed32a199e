/// Why a text is not one JSON value, and the byte at which that shows.
///
/// The message never quotes the text: what a client sends is nobody's to print.
public struct JSONFault: Error, Equatable, Sendable {
    public let offset: Int
    public let message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}
