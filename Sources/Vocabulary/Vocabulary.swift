/// The nouns of one request.
///
/// Every module speaks them, so this one depends on nothing, performs nothing and knows no version of
/// HTTP. In reading order:
///
/// - `Bytes/`: `ByteBuffer` and the `BlockPool` it borrows from, `ByteRange`, `ByteClass`, and what a
///   `RawSpan` can be asked.
/// - `HTTP/`: `Method`, `Status`, `FieldName`.
/// - `Network/`: `IPAddress`, `AddressBlock`.
/// - `Who/`: `RequestID`.
/// - `Quantity/`: `CalendarDate`.
/// - `Lock`: a mutex the sanitizers can follow.
/// - `Outcome/`: `Reason`, the catalogue of everything the gateway itself answers.
///
/// The version is the one fact about the whole program.
public enum Vocabulary {
    /// The program's version, as `--version` prints it.
    public static let version = "0.1.0"
}
