/// A version of the rules that runs or ran, with all its files.
struct Version: Equatable {
    /// Follows from what the rules mean.
    let name: String
    /// Seconds since 1970.
    var since: Int64
    var snapshot: Snapshot

    /// How many are kept to go back to.
    static let keptMax = 20
}

/// The versions there were, the one that runs last.
struct VersionHistory: Equatable {
    private(set) var all: [Version] = []

    var running: Version? { all.last }

    init(_ all: [Version] = []) { self.all = all }

    /// Takes in a version that runs from now on; the same one with other files takes its place.
    mutating func append(_ version: Version) {
        if let index = all.firstIndex(where: { $0.name == version.name }) {
            all[index].snapshot.close()
            all.remove(at: index)
        }
        all.append(version)
        while all.count > Version.keptMax { all.removeFirst().snapshot.close() }
    }

    /// The one of this name, or without a name the one before the one that runs.
    func version(_ name: String?) -> Version? {
        guard let name else { return all.count > 1 ? all[all.count - 2] : nil }
        return all.last { $0.name == name }
    }
}
