import Vocabulary

/// The parts of a `multipart/form-data` body (RFC 7578), read one way only.
///
/// Readers of multipart differ in nearly everything that is allowed to them, so what they differ in is refused: text
/// before the first boundary or behind the last, line ends that are not CRLF, folded lines, a parameter or a field
/// twice, names with a backslash, `filename*`, and any encoding of a part but none.
public struct MultipartReader: ~Copyable, Sendable {
    private var at = 0
    private var partCount = 0
    private var isEnded = false
    private var nameScratch = Scratch()
    private var fileNameScratch = Scratch()
    private var typeScratch = Scratch()
    private var valueScratch = Scratch()
    /// Whether the part says the name of a file.
    public private(set) var isFile = false

    public init() {}

    /// Forgets where it was, so that the next body begins.
    public mutating func begin() {
        at = 0
        partCount = 0
        isEnded = false
    }

    public var name: RawSpan {
        @_lifetime(borrow self)
        get { nameScratch.bytes }
    }

    /// Nothing where there is none; see `isFile`.
    public var fileName: RawSpan {
        @_lifetime(borrow self)
        get { fileNameScratch.bytes }
    }

    /// As the part says it, or nothing.
    public var contentType: RawSpan {
        @_lifetime(borrow self)
        get { typeScratch.bytes }
    }

    public var value: RawSpan {
        @_lifetime(borrow self)
        get { valueScratch.bytes }
    }

    /// Goes on to the next part of `body`, which has to be the same, as `boundary` has, until `begin`; false at its end.
    public mutating func next(in body: RawSpan, boundary: RawSpan) throws(BodyFault) -> Bool {
        if isEnded { return false }
        if partCount == 0 { try enter(body, boundary) }
        if isEnded { return false }
        guard partCount < InspectionBounds.partCountMax else {
            throw BodyFault(at, "there are more parts than are read")
        }
        partCount &+= 1
        try readHead(in: body)
        let end = try endOfValue(in: body, boundary)
        valueScratch.removeAll()
        valueScratch.append(body.extracting(at..<end))
        at = end &+ 4 &+ boundary.byteCount
        try pass(body)
        return true
    }

    // MARK: Boundaries

    private mutating func enter(_ body: RawSpan, _ boundary: RawSpan) throws(BodyFault) {
        guard 1...InspectionBounds.boundaryByteCountMax ~= boundary.byteCount else {
            throw BodyFault(0, "the boundary is missing or too long")
        }
        guard body.starts(with: "--", at: 0), body.starts(with: boundary, at: 2) else {
            throw BodyFault(0, "the body does not begin with its boundary")
        }
        at = 2 &+ boundary.byteCount
        try pass(body)
    }

    /// Goes over what follows a boundary: a line's end, or two hyphens and the body's end.
    private mutating func pass(_ body: RawSpan) throws(BodyFault) {
        if body.starts(with: "\r\n", at: at) {
            at &+= 2
            return
        }
        guard body.starts(with: "--", at: at) else {
            throw BodyFault(at, "a boundary is followed by something else")
        }
        at &+= 2
        if body.starts(with: "\r\n", at: at) { at &+= 2 }
        guard at == body.byteCount else {
            throw BodyFault(at, "something follows the last boundary")
        }
        isEnded = true
    }

    /// Where the line's end stands that belongs to the next boundary.
    private func endOfValue(in body: RawSpan, _ boundary: RawSpan) throws(BodyFault) -> Int {
        var index = at
        while let place = body.firstIndex(of: 0x0D, from: index) {
            if body.starts(with: "\r\n--", at: place), body.starts(with: boundary, at: place &+ 4) {
                return place
            }
            index = place &+ 1
        }
        throw BodyFault(body.byteCount, "the last boundary is missing")
    }

    // MARK: Heads

    private mutating func readHead(in body: RawSpan) throws(BodyFault) {
        nameScratch.removeAll()
        fileNameScratch.removeAll()
        typeScratch.removeAll()
        isFile = false
        var isNamed = false
        var isTyped = false
        let limit = min(body.byteCount, at &+ InspectionBounds.partHeadByteCountMax)
        while true {
            let start = at
            let line = try line(in: body, before: limit)
            if line.byteCount == 0 { break }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), !line[0].isBlank else {
                throw BodyFault(start, "a line before a part's value is no field")
            }
            let field = line.extracting(0..<colon)
            let value = line.extracting((colon &+ 1)..<line.byteCount).trimmed
            if field.equalsIgnoringCase("content-disposition") {
                guard !isNamed else { throw BodyFault(start, "a part says its name twice") }
                try readDisposition(value, at: start)
                isNamed = true
            } else if field.equalsIgnoringCase("content-type") {
                guard !isTyped else { throw BodyFault(start, "a part says its type twice") }
                guard Alphabet.isReadable(in: value) else {
                    throw BodyFault(start, "a part is written in an alphabet that is not read")
                }
                typeScratch.append(value)
                isTyped = true
            } else if field.equalsIgnoringCase("content-transfer-encoding") {
                let isPlain =
                    value.equalsIgnoringCase("binary") || value.equalsIgnoringCase("8bit")
                    || value.equalsIgnoringCase("7bit")
                guard isPlain else { throw BodyFault(start, "a part is encoded") }
            } else {
                throw BodyFault(start, "a part has a field that forms do not have")
            }
        }
        guard isNamed else { throw BodyFault(at, "a part has no name") }
    }

    @_lifetime(copy body)
    private mutating func line(in body: RawSpan, before limit: Int) throws(BodyFault) -> RawSpan {
        let start = at
        while at < limit {
            switch body[at] {
            case 0x0D:
                guard body.starts(with: "\r\n", at: at) else {
                    throw BodyFault(at, "a line before a part's value does not end as it should")
                }
                at &+= 2
                return body.extracting(start..<(at &- 2))
            case 0..<0x09, 0x0A..<0x20, 0x7F:
                throw BodyFault(at, "a control character stands before a part's value")
            default: at &+= 1
            }
        }
        throw BodyFault(at, "what stands before a part's value is too long, or never ends")
    }

    /// Reads `form-data; name="a"; filename="b"`, where `place` is to be blamed.
    private mutating func readDisposition(_ text: RawSpan, at place: Int) throws(BodyFault) {
        guard text.startsIgnoringCase(with: "form-data") else {
            throw BodyFault(place, "a part is not a form's")
        }
        var index = 9
        var isNamed = false
        while index < text.byteCount {
            while index < text.byteCount, text[index].isBlank { index &+= 1 }
            guard index < text.byteCount, text[index] == UInt8(ascii: ";") else {
                throw BodyFault(place, "a part's name is not understood")
            }
            index &+= 1
            while index < text.byteCount, text[index].isBlank { index &+= 1 }
            let start = index
            while index < text.byteCount, text[index].isToken { index &+= 1 }
            let key = text.extracting(start..<index)
            let value = try quoted(text, index, place)
            index = value.upperBound &+ 1
            if key.equalsIgnoringCase("name"), !isNamed {
                nameScratch.append(text.extracting(value))
                isNamed = true
            } else if key.equalsIgnoringCase("filename"), !isFile {
                fileNameScratch.append(text.extracting(value))
                isFile = true
            } else {
                throw BodyFault(place, "a part's name is said twice, or with more than it may be")
            }
        }
        guard isNamed else { throw BodyFault(place, "a part has no name") }
    }

    /// What stands between quotes after the equals sign at `index`.
    private func quoted(
        _ text: RawSpan,
        _ index: Int,
        _ place: Int
    ) throws(BodyFault) -> Range<Int> {
        guard text.starts(with: "=\"", at: index),
            let end = text.firstIndex(of: 0x22, from: index &+ 2)
        else { throw BodyFault(place, "a part's name does not stand in quotes") }
        let range = (index &+ 2)..<end
        guard text.extracting(range).firstIndex(of: UInt8(ascii: "\\")) == nil else {
            throw BodyFault(place, "a backslash stands in a part's name")
        }
        return range
    }
}

extension RawSpan {
    func starts(with literal: StaticString, at index: Int) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard index &+ count <= byteCount else { return false }
        return extracting(index..<(index &+ count)).equals(literal)
    }

    func starts(with other: RawSpan, at index: Int) -> Bool {
        guard index &+ other.byteCount <= byteCount else { return false }
        for offset in 0..<other.byteCount where self[index &+ offset] != other[offset] {
            return false
        }
        return true
    }
}
