/// Everything in a policy and its evaluation that is bounded.
public enum PolicyBounds {
    /// Claims of one token that conditions can ask for.
    public static let claimMax = 256
    /// Allowances that can apply to one route.
    public static let allowanceMax = 64
}
