import Vocabulary

/// How a step ends the walk: with an answer of ours, or without any.
enum Answer: Error, Equatable {
    case refusal(Reason)
    /// The policy will not have it; the judgement says why, and in which words.
    case refused
    /// What a page of a listed origin may ask, told to its browser.
    case preflight
    /// What OPTIONS is told when it may go no further (RFC 9110 §7.6.2).
    case options
    /// The same over https, at this port.
    case secure(port: UInt16)
    /// Where the route says that it is.
    case redirect(location: String, status: Int)
    /// Too late for an answer: part of another has left, or nobody is there to take one.
    ///
    /// The connection is reset, so that no client takes a part for the whole.
    case broken(Reason)
}
