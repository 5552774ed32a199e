/// A part of a request that signatures look in.
public enum Place: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case path, query, header, cookie, json, form, multipart, xml, body

    /// The word for it in Gate.
    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let place = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = place
    }
}

/// Something done to a value before it is looked at, so that an attack has fewer ways to be written.
public enum Step: String, Sendable, CaseIterable, BitwiseCopyable {
    case decodeURL = "decode url"
    case decodeHTML = "decode html"
    case decodeBase64 = "decode base64"
    case decodeUnicode = "decode unicode"
    case lowercase
    case decodeJS = "decode js"
    case decodeCSS = "decode css"
    case decodeEscapes = "decode escapes"
    case joinSpaces = "join spaces"
    case dropSpaces = "drop spaces"
    case dropComments = "drop comments"
    case dropNulls = "drop nulls"
    case plainPath = "plain path"
    case shellWords = "shell words"
    case length
}

/// Where a signature looks: in a whole place, or in one of its fields.
public struct Look: Sendable, Hashable {
    public let place: Place
    /// The name in the spelling of findings, a header's in small letters; nil for the whole place.
    public let field: String?

    public init(place: Place, field: String? = nil) {
        self.place = place
        self.field = field
    }
}

/// A named pattern that marks an attack, as the rules describe it and already checked.
public struct Signature: Sendable {
    public var id: String
    public var title: String
    public var attackClass: String
    public var points: Int
    public var isKnownBad: Bool
    public var isOnTrial: Bool
    public var looks: [Look]
    public var steps: [Step]
    /// Regular expressions, any of which marks it.
    public var matches: [String]
    /// Texts, any of which marks it.
    public var contains: [String]
    /// Examples that it must find.
    public var catches: [String]
    /// Examples that it must leave alone.
    public var spares: [String]

    public init(
        id: String,
        title: String = "",
        attackClass: String,
        points: Int,
        isKnownBad: Bool = false,
        isOnTrial: Bool = false,
        looks: [Look],
        steps: [Step] = [],
        matches: [String] = [],
        contains: [String] = [],
        catches: [String] = [],
        spares: [String] = []
    ) {
        self.id = id
        self.title = title
        self.attackClass = attackClass
        self.points = points
        self.isKnownBad = isKnownBad
        self.isOnTrial = isOnTrial
        self.looks = looks
        self.steps = steps
        self.matches = matches
        self.contains = contains
        self.catches = catches
        self.spares = spares
    }
}
