/// One JSON value as a tree, for what is read beside the request's path: a capture, a token's claims.
///
/// It holds what `JSONReader` would have named, since both read the same tokens.
public enum JSONValue: Equatable, Sendable {
    public struct Member: Equatable, Sendable {
        public let name: String
        public let value: JSONValue

        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case object([Member])
    case array([JSONValue])
    case string(String)
    /// As it was written: who wants an integer of it says how large.
    case number(String)
    case boolean(Bool)
    case null

    /// The value that `bytes` are.
    public static func read(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        guard bytes.count <= JSON.treeByteCountMax else {
            throw JSONFault(
                offset: JSON.treeByteCountMax,
                message: "the text is too long for a tree"
            )
        }
        var tokens = JSONTokens()
        let first = unsafe try tokens.next(in: bytes.span.bytes)
        let value = unsafe try read(first, &tokens, bytes.span.bytes)
        _ = unsafe try tokens.next(in: bytes.span.bytes)
        return value
    }

    /// The value that begins with `token`; calls itself no deeper than brackets may stand.
    private static func read(
        _ token: JSONTokens.Token,
        _ tokens: inout JSONTokens,
        _ text: RawSpan
    ) throws(JSONFault) -> JSONValue {
        switch token {
        case .objectStart:
            var members: [Member] = []
            while try tokens.next(in: text) == .name {
                let name = tokens.scratch.bytes.text
                let first = try tokens.next(in: text)
                members.append(Member(name: name, value: try read(first, &tokens, text)))
            }
            return .object(members)
        case .arrayStart:
            var elements: [JSONValue] = []
            while true {
                let first = try tokens.next(in: text)
                if first == .arrayEnd { return .array(elements) }
                elements.append(try read(first, &tokens, text))
            }
        case .string: return .string(tokens.scratch.bytes.text)
        case .number: return .number(tokens.scratch.bytes.text)
        case .yes: return .boolean(true)
        case .no: return .boolean(false)
        case .null, .name, .objectEnd, .arrayEnd, .end: return .null
        }
    }
}

extension JSONValue {
    /// The member of this name, where this is an object that has it.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Every value at `path`, which is spelled as `JSONPath` says: `realm.roles[]` names each of the roles.
    public func values(at path: String) -> [JSONValue] {
        var found = [self]
        for piece in path.split(separator: ".", omittingEmptySubsequences: true) {
            var name = piece
            var arrays = 0
            while name.hasSuffix("[]") {
                name.removeLast(2)
                arrays += 1
            }
            if !name.isEmpty { found = found.compactMap { $0.member(spelled: String(name)) } }
            for _ in 0..<arrays { found = found.flatMap { $0.elements ?? [] } }
        }
        return found
    }

    /// The value at `path`, where there is one and not several.
    public func value(at path: String) -> JSONValue? {
        let found = values(at: path)
        return found.count == 1 ? found[0] : nil
    }

    private func member(spelled name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { JSONPath.spelling(of: $0.name) == name }?.value
    }

    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number that is written as an integer and is no larger than one here.
    public var integer: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }
}

extension RawSpan {
    /// These bytes, which are UTF-8, as a String.
    var text: String {
        unsafe withUnsafeBytes { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
    }
}
