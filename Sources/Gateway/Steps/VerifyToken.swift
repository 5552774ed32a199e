import Policy

extension RequestPath {
    /// Step **sign-in**: whose token it is that the request brings.
    ///
    /// The one place where a token could be believed. Nothing here can verify one yet, so none is: who
    /// brings one is refused, and the start says so where the rules ask for tokens.
    mutating func verifyToken() {
        hasShownToken = true
        judgement.note(.invalid)
    }

    /// What the operator is told of it.
    static let unverifiedTokens =
        "the rules ask for tokens, and this version verifies none: whoever brings one is answered 401"
}
