/// Multipart and XML, which are refused where readers could differ.
extension Inspector {
    /// Looks at each part of a `multipart/form-data` body: its name, its file's name and its value.
    ///
    /// A file's name is found as `<file>`, so that whoever excuses what is in a file has not excused what it is called.
    public mutating func lookAtMultipart(
        _ body: RawSpan,
        boundary: RawSpan,
        for set: SignatureSet
    ) throws(BodyFault) {
        try Self.lookAtMultipart(body, boundary, set, &multipart, &bench, &findings)
    }

    /// Looks at the texts and attributes of an XML body.
    public mutating func lookAtXML(_ body: RawSpan, for set: SignatureSet) throws(BodyFault) {
        try Self.lookAtXML(body, set, &xml, &bench, &findings)
    }

    private static func lookAtMultipart(
        _ body: RawSpan,
        _ boundary: RawSpan,
        _ set: SignatureSet,
        _ multipart: inout MultipartReader,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) throws(BodyFault) {
        multipart.begin()
        while try multipart.next(in: body, boundary: boundary) {
            let place = Place.multipart
            look(at: multipart.name, in: place, named: key, true, set, &bench, &findings)
            if multipart.isFile {
                look(
                    at: multipart.fileName,
                    in: place,
                    named: fileKey,
                    true,
                    set,
                    &bench,
                    &findings
                )
            }
            look(
                at: multipart.value,
                in: place,
                named: multipart.name,
                false,
                set,
                &bench,
                &findings
            )
        }
    }

    private static func lookAtXML(
        _ body: RawSpan,
        _ set: SignatureSet,
        _ xml: inout XMLReader,
        _ bench: inout Bench,
        _ findings: inout Findings
    ) throws(BodyFault) {
        xml.begin()
        while try xml.next(in: body) {
            look(at: xml.value, in: .xml, named: xml.path, true, set, &bench, &findings)
        }
    }

    /// The name under which the name of a file is looked at.
    private static let fileName: StaticString = "<file>"

    private static var fileKey: RawSpan {
        @_lifetime(immortal)
        get {
            let span = unsafe RawSpan(
                _unsafeStart: fileName.utf8Start,
                byteCount: fileName.utf8CodeUnitCount
            )
            return unsafe _overrideLifetime(span, borrowing: ())
        }
    }
}
