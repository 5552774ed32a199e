/// A list of the rules: networks, or texts of one kind.
///
/// A class, so that asking it costs one count. It never changes; a list that is read again from its file
/// becomes another one, in a policy that shares everything else.
public final class NamedList: Sendable {
    /// Empty where the rules wrote values in place and gave them no name.
    public let name: String
    public let addresses: AddressSet
    public let texts: TextSet
    /// The file it is read from, as the rules name it, and how often it is read again.
    public let file: String?
    public let refreshSeconds: Int?
    /// Tells one content from another, in logs.
    public let version: String
    public let place: SourcePlace

    public init(
        name: String,
        addresses: AddressSet = AddressSet(),
        texts: TextSet = TextSet(),
        file: String? = nil,
        refreshSeconds: Int? = nil,
        version: String = "",
        place: SourcePlace = .none
    ) {
        self.name = name
        self.addresses = addresses
        self.texts = texts
        self.file = file
        self.refreshSeconds = refreshSeconds
        self.version = version
        self.place = place
    }
}
