public import JSON

/// What a verified token says of its bearer, read once.
public final class Claims: Sendable {
    public struct Claim: Sendable {
        /// `realm.roles[]` for what stands in a list.
        public let path: String
        public let text: String
        public let kind: QuestionTable.Test.Kinds
    }

    public let all: [Claim]
    /// Whom the rules call the user; personal.
    public let user: String?
    public let roles: [String]

    /// - user, role: the claims that say so, by their paths.
    public init(_ json: RawSpan, user: String, role: String) throws(JSONFault) {
        var reader = JSONReader()
        reader.begin()
        var found: [Claim] = []
        while try reader.next(in: json) {
            guard reader.kind != .key, found.count < PolicyBounds.claimMax else { continue }
            found.append(
                Claim(
                    path: String(reading: reader.path),
                    text: String(reading: reader.value),
                    kind: QuestionTable.Test.Kinds(reader.kind)
                )
            )
        }
        all = found
        self.user = found.first { $0.path == user && $0.kind != .word }?.text
        roles = found.filter { $0.path == role || $0.path == role + "[]" }.map(\.text)
    }
}

extension QuestionTable.Test.Kinds {
    init(_ kind: JSONReader.Kind) {
        switch kind {
        case .string, .key: self = .text
        case .number: self = .number
        case .true, .false, .null: self = .word
        }
    }
}

extension String {
    /// Text that came from outside; what is no UTF-8 is replaced.
    init(reading bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
