import Vocabulary

/// The texts and attributes of one XML document, and where in it each stands.
///
/// A document is UTF-8 without a DOCTYPE, so that nothing in it can be defined, fetched or grow; of processing instructions it
/// has none but the declaration at its start. A text's path is its elements', joined by dots: `order.note`; an
/// attribute's ends with its name behind an `@`: `order.@id`. Dots in a name are written `%2E`. Comments hold no values.
public struct XMLReader: ~Copyable, Sendable {
    var at = 0
    private var isInTag = false
    private var hasRoot = false
    private var depth = 0
    /// How long the path is without each open element.
    private var bases: [Int]
    private var places = Scratch()
    var valueScratch = Scratch()
    /// The names of the open elements one after the other, and where each begins.
    private var names = Scratch()
    private var nameStarts: [Int]
    /// How long the path is without the attribute it ends with.
    private var attributeBase: Int?
    /// Where the names of the open tag's attributes stand.
    private var attributes: [Range<Int>] = []

    public init() {
        bases = Array(repeating: 0, count: InspectionBounds.elementDepthMax)
        nameStarts = bases
    }

    /// Forgets where it was, so that the next document begins.
    public mutating func begin() {
        at = 0
        isInTag = false
        hasRoot = false
        depth = 0
        places.removeAll()
        names.removeAll()
        attributeBase = nil
    }

    public var path: RawSpan {
        @_lifetime(borrow self)
        get { places.bytes }
    }

    /// A text or an attribute's value, its references resolved.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get { valueScratch.bytes }
    }

    /// Goes on to the next text that is not white space, or attribute, of `text`; false where it ends as it should.
    public mutating func next(in text: RawSpan) throws(BodyFault) -> Bool {
        if at == 0 { try start(in: text) }
        while true {
            if isInTag {
                if try attribute(in: text) { return true }
                continue
            }
            if depth > 0, try characters(in: text) { return true }
            if depth == 0 { skipSpace(in: text) }
            guard at < text.byteCount else {
                guard depth == 0, hasRoot else { throw BodyFault(at, "an element never ends") }
                return false
            }
            try markup(in: text)
        }
    }

    // MARK: Markup

    private mutating func start(in text: RawSpan) throws(BodyFault) {
        if text.starts(with: "\u{FEFF}", at: 0) { at = 3 }
        if let fault = text.firstNotUTF8 { throw BodyFault(fault, "the text is not UTF-8") }
        guard text.starts(with: "<?xml", at: at), at &+ 5 < text.byteCount, text[at &+ 5].isXMLSpace
        else { return }
        guard let end = text.firstIndex(of: UInt8(ascii: ">"), from: at),
            text[end &- 1] == UInt8(ascii: "?")
        else { throw BodyFault(at, "the declaration never ends") }
        let declaration = text.extracting(at..<end)
        guard Self.saysUTF8(declaration) else {
            throw BodyFault(at, "the text says that it is not UTF-8")
        }
        at = end &+ 1
    }

    /// Whether a declaration names no encoding, or UTF-8 wherever it does.
    private static func saysUTF8(_ declaration: RawSpan) -> Bool {
        for index in 0..<declaration.byteCount {
            var rest = declaration.extracting(droppingFirst: index)
            guard rest.startsIgnoringCase(with: "encoding") else { continue }
            rest = rest.extracting(droppingFirst: 8).withoutLeadingSpace
            guard rest.startsIgnoringCase(with: "=") else { return false }
            rest = rest.extracting(droppingFirst: 1).withoutLeadingSpace
            guard
                rest.startsIgnoringCase(with: "\"utf-8\"")
                    || rest.startsIgnoringCase(with: "'utf-8'")
            else { return false }
        }
        return true
    }

    private mutating func markup(in text: RawSpan) throws(BodyFault) {
        guard text[at] == UInt8(ascii: "<") else {
            throw BodyFault(at, "a text stands outside of every element")
        }
        if text.starts(with: "<!--", at: at) { return try comment(in: text) }
        if text.starts(with: "<!", at: at) { throw BodyFault(at, "a document type is not taken") }
        if text.starts(with: "<?", at: at) { throw BodyFault(at, "an instruction is not taken") }
        if text.starts(with: "</", at: at) { return try close(in: text) }
        try open(in: text)
    }

    mutating func comment(in text: RawSpan) throws(BodyFault) {
        let start = at
        at &+= 4
        while at &+ 2 < text.byteCount {
            if text.starts(with: "--", at: at) {
                guard text[at &+ 2] == UInt8(ascii: ">") else {
                    throw BodyFault(at, "two hyphens stand in a comment")
                }
                at &+= 3
                return
            }
            at &+= 1
        }
        throw BodyFault(start, "a comment never ends")
    }

    private mutating func open(in text: RawSpan) throws(BodyFault) {
        guard depth > 0 || !hasRoot else { throw BodyFault(at, "something follows the document") }
        guard depth < InspectionBounds.elementDepthMax else {
            throw BodyFault(at, "elements stand in elements too deep to follow")
        }
        at &+= 1
        let name = try name(in: text)
        bases[depth] = places.count
        nameStarts[depth] = names.count
        names.append(text.extracting(name))
        if depth > 0 { places.append(UInt8(ascii: ".")) }
        appendName(text.extracting(name))
        depth &+= 1
        hasRoot = true
        isInTag = true
        attributes.removeAll(keepingCapacity: true)
    }

    private mutating func close(in text: RawSpan) throws(BodyFault) {
        let start = at
        at &+= 2
        let name = try name(in: text)
        skipSpace(in: text)
        guard depth > 0, at < text.byteCount, text[at] == UInt8(ascii: ">"),
            names.count &- nameStarts[depth &- 1] == name.count,
            text.starts(with: names, from: nameStarts[depth &- 1], at: name.lowerBound)
        else { throw BodyFault(start, "an element ends that is not the innermost") }
        at &+= 1
        leave()
    }

    private mutating func leave() {
        depth &-= 1
        places.cut(to: bases[depth])
        names.cut(to: nameStarts[depth])
    }

    // MARK: Attributes

    /// The next attribute of the tag that is open; false where the tag ends.
    private mutating func attribute(in text: RawSpan) throws(BodyFault) -> Bool {
        if let base = attributeBase {
            places.cut(to: base)
            attributeBase = nil
        }
        let start = at
        skipSpace(in: text)
        guard at < text.byteCount else { throw BodyFault(at, "a tag never ends") }
        if text[at] == UInt8(ascii: ">") {
            at &+= 1
            isInTag = false
            return false
        }
        if text.starts(with: "/>", at: at) {
            at &+= 2
            isInTag = false
            leave()
            return false
        }
        guard at > start else { throw BodyFault(at, "attributes are not apart") }
        let name = try name(in: text)
        try admit(name, in: text)
        attributeBase = places.count
        places.append(literal: ".@")
        appendName(text.extracting(name))
        skipSpace(in: text)
        guard at < text.byteCount, text[at] == UInt8(ascii: "=") else {
            throw BodyFault(at, "an attribute has no value")
        }
        at &+= 1
        skipSpace(in: text)
        guard at < text.byteCount, text[at] == 0x22 || text[at] == 0x27 else {
            throw BodyFault(at, "an attribute's value does not stand in quotes")
        }
        let quote = text[at]
        at &+= 1
        valueScratch.removeAll()
        try decode(text, until: quote)
        guard at < text.byteCount, text[at] == quote else {
            throw BodyFault(at, "an attribute's value never ends")
        }
        at &+= 1
        return true
    }

    private mutating func admit(_ name: Range<Int>, in text: RawSpan) throws(BodyFault) {
        guard attributes.count < InspectionBounds.attributeCountMax else {
            throw BodyFault(name.lowerBound, "an element has more attributes than are read")
        }
        for other in attributes where other.count == name.count {
            guard !text.starts(with: text.extracting(other), at: name.lowerBound) else {
                throw BodyFault(name.lowerBound, "an element has an attribute twice")
            }
        }
        attributes.append(name)
    }

    // MARK: Names

    private mutating func name(in text: RawSpan) throws(BodyFault) -> Range<Int> {
        let start = at
        while at < text.byteCount, isOfName(text[at]) { at &+= 1 }
        guard at > start, !text[start].isDigit, text[start] != UInt8(ascii: "-"),
            text[start] != UInt8(ascii: ".")
        else { throw BodyFault(start, "a name is missing") }
        return start..<at
    }

    private func isOfName(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte >= 0x80 || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private mutating func appendName(_ name: RawSpan) {
        for index in 0..<name.byteCount {
            if name[index] == UInt8(ascii: ".") {
                places.append(literal: "%2E")
            } else {
                places.append(name[index])
            }
        }
    }

    private mutating func skipSpace(in text: RawSpan) {
        while at < text.byteCount, text[at].isXMLSpace { at &+= 1 }
    }
}

extension UInt8 {
    var isXMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

extension RawSpan {
    /// Whether the bytes of `names` from `start` on stand at `index`.
    fileprivate func starts(with names: borrowing Scratch, from start: Int, at index: Int) -> Bool {
        let bytes = names.bytes
        return starts(with: bytes.extracting(start..<bytes.byteCount), at: index)
    }
}

extension RawSpan {
    fileprivate var withoutLeadingSpace: RawSpan {
        @_lifetime(copy self)
        get {
            var count = 0
            while count < byteCount, self[count].isXMLSpace { count &+= 1 }
            return extracting(droppingFirst: count)
        }
    }
}
