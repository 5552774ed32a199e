/// What a request carries, looked at for signatures of attacks: bytes in, findings out.
///
/// It decides nothing: points, modes, exclusions and answers are the policy's. It reads each body the way
/// conditions read it, through the readers in `Reading`, so that nobody can show one thing to a condition
/// and another to a signature. In reading order: `Signature.swift` what is looked for and where,
/// `SignatureSet.swift` how signatures are laid out once, `Plan.swift` and `Bench.swift` how one value is held against
/// them, `Inspector.swift` and `Inspector+Bodies.swift` how a request is walked, `Transforms` one file a step,
/// `Patterns` regular expressions in linear time, `Reading` forms, cookies, multipart and XML.
///
/// Nothing in a request makes it slower than in proportion to the request's length, and after a few requests it
/// allocates nothing.
public enum Inspection {}
