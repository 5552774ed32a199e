import Vocabulary

/// How a step ends the walk: with an answer of ours, or without any.
enum Answer: Error, Equatable {
    case refusal(Reason)
    /// What OPTIONS is told when it may go no further (RFC 9110 §7.6.2).
    case options
    /// The same over https, at this port.
    case redirect(port: UInt16)
    /// Too late for an answer: part of another has left, or nobody is there to take one.
    ///
    /// The connection is reset, so that no client takes a part for the whole.
    case broken(Reason)
}
