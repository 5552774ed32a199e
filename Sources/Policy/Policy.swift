/// The immutable decision program: what was written, compiled.
///
/// A policy is a value. It is made once, from text that passed every check, and then only read: by the
/// gateway for live requests, by tests with a clock and a store of their own. It knows nothing of text,
/// of sockets or of where tokens come from. In reading order:
///
/// - `PathPattern`: sets of paths, and how they stand to each other.
/// - `Field`: what a rule can ask about, when it is known, and who may see it.
public enum PolicyModule {}
