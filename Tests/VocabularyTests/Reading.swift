/// Lends the bytes of a text, each scalar below 256 standing for one byte.
func reading<Value>(_ text: String, _ body: (RawSpan) -> Value) -> Value {
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    return unsafe body(bytes.span.bytes)
}

/// The text of some bytes, a scalar each.
func text(_ bytes: RawSpan) -> String {
    var scalars = String.UnicodeScalarView()
    for index in 0..<bytes.byteCount {
        unsafe scalars.append(
            Unicode.Scalar(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        )
    }
    return String(scalars)
}
