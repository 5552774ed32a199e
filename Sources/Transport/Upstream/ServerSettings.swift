/// One server of the set, or a name that stands for several.
public struct ServerSettings: Sendable, Equatable {
    public var place: ServerPlace
    /// Its share of the requests, beside the others'.
    public var weight: Int

    public static let weightMax = 100

    public init(_ place: ServerPlace, weight: Int = 1) {
        self.place = place
        self.weight = min(max(weight, 1), Self.weightMax)
    }
}
