/// A request as the strict reader understood it.
public struct StrictRequest: Sendable, Equatable {
    public var method = ""
    public var target = ""
    public var fields: [StrictField] = []
    public var body: [UInt8] = []
    /// The exact bytes, except that a chunked body is written as one chunk: where chunks are cut
    /// is the sender's business and says nothing.
    public var bytes: [UInt8] = []

    public init() {}
}

/// An answer as the strict reader understood it.
public struct StrictAnswer: Sendable, Equatable {
    public enum Framing: Sendable { case none, length, chunked, untilClose }

    public var status = 0
    public var fields: [StrictField] = []
    public var body: [UInt8] = []
    public var framing = Framing.none
    /// As with a request: exact, but for where chunks are cut.
    public var bytes: [UInt8] = []

    public init() {}

    public var isInterim: Bool { status < 200 && status != 101 }
}

public struct StrictField: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [StrictField] {
    /// The values of every field of this name, in order.
    public func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return compactMap { $0.name.lowercased() == name ? $0.value : nil }
    }
}

/// What a reader made of the bytes so far.
public enum Reading<Message: Sendable>: Sendable {
    case incomplete(headIsWhole: Bool)
    case whole(Message, length: Int)
    /// Not a message that every recipient reads alike, and why.
    case broken(String)
}

extension Reading: Equatable where Message: Equatable {}
