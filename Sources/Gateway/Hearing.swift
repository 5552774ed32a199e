import Policy

/// The judgement of the request that one connection is at, with the memory it needs.
///
/// A class, so that it passes from one connection to the next for the price of a count: a judgement by
/// itself is as long as a few cache lines.
final class Hearing {
    var judgement: Judgement

    init(_ judgement: Judgement) { self.judgement = judgement }
}
