import Rules

/// Files that rules name without including them: captures, pages and lists.
struct NamedFiles {
    /// Each with the file that names it.
    let all: [(name: String, origin: String)]

    init(_ checked: Checked) {
        var found: [Said<String>] = []
        let program = checked.program
        let scopes =
            [program.everywhere] + program.sites.map(\.scope)
            + program.sites.flatMap { $0.routes.map(\.scope) }
        for scope in scopes {
            found += scope.exclusions.compactMap(\.tail.proved)
            found += scope.allowances.compactMap(\.tail.proved)
            found += scope.admits.compactMap { $0.answer?.page }
        }
        found += program.gates.compactMap { $0.answer?.page }
        found += program.maintenances.compactMap { $0.answer?.page }
        found += program.lists.compactMap(\.file)
        found += program.tests.flatMap { Self.replays($0.steps) }
        all = found.map { ($0.value, checked.sources[$0.at.file].name) }
    }

    /// Those that are neither beside the file that names them nor in a folder above it.
    var missing: [String] {
        all.filter { named in
            var folder = named.origin[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                let path = folder + "/" + named.name
                if (try? DiskFiles().read(String(path), upTo: 1 << 20)) != nil { return false }
            }
            return true
        }
        .map(\.name)
    }

    private static func replays(_ steps: [TestItem.Step]) -> [Said<String>] {
        steps.flatMap { step -> [Said<String>] in
            switch step {
            case .replay(let name): [name]
            case .repeating(_, let inner): replays(inner)
            default: []
            }
        }
    }
}
