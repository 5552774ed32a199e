/// Bytes to messages and back.
///
/// This module opens no socket and reads no clock, so that every sequence of bytes can be tested and
/// fuzzed, and what a message means is decided in one place. It parses into structs and serialises
/// from structs: no byte that frames a message is ever copied from one side to the other.
///
/// In reading order, below `HTTP1/`:
///
/// - `SectionParser`: lines and fields, kept in a `FieldSection` with its `FieldTable`.
/// - `RequestParser` fills a `RequestHead`, whose meaning is settled by `RequestMeaning`:
///   `MessageFraming`, `RequestTarget`, `CanonicalPath`, `HostField` and `WebSocketHandshake`.
/// - `AnswerParser` fills an `AnswerHead`.
/// - `BodyReader` finds where a body ends, with `ChunkedDecoder`; `BodyFraming` names the ways.
/// - `RequestWriter`, `AnswerWriter` and `BodyWriter` put a message into bytes again.
///
/// `ProxyHeader` is what may stand before the first message. `WireError` is everything that can be wrong with a message, `WireBounds` everything that is bounded.
public enum HTTPWire {}
