/// Secrets, certificates and TLS, over OpenSSL.
///
/// The only module that knows the library: its types, its error queue and its threading rules stop
/// here. It reads files when it is told to, and touches no socket: a session takes in what came off
/// the wire and hands out what is to go there, so it can be tried without any. In reading order:
///
/// - `Secret/`: the `ProcessSecret` that everything secret is derived from; `Digest`.
/// - `TLSSettings`, `TLSBounds`: what can be set, and what is bounded.
/// - `Certificate/`: how files become a certificate with its key, and what can be wrong with them.
/// - `TLSServer`: many certificates, chosen by name; `TicketKeys`: how sessions are resumed without a
///   memory of them.
/// - `TLSClient`: how a server is verified, and remembered.
/// - `Session/`: `TLSSession`, one connection's state; `TLSFault`: what ends one.
public enum Crypto {}
