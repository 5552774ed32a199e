/// Captures that rules name: they are there, can be read, and hold nothing of anybody.
struct CaptureChecks {
    private let program: Program
    private var library: CaptureLibrary
    private var diagnostics: [Diagnostic] = []
    private var judged: Set<String> = []

    /// What is to be said of the captures of a program.
    static func run(_ program: Program, _ sources: Sources, in files: some Files) -> [Diagnostic] {
        var checks = CaptureChecks(program: program, library: CaptureLibrary(sources, files))
        for name in program.captures { checks.check(name) }
        return checks.diagnostics
    }

    private init(program: Program, library: CaptureLibrary) {
        self.program = program
        self.library = library
    }

    private mutating func check(_ name: Name) {
        guard judged.insert("\(name.at.file) \(name.value)").inserted else { return }
        do throws(CaptureTrouble) {
            let (capture, bytes) = try library.whole(name)
            let leftovers = CaptureSecrets.leftovers(in: bytes, read: capture)
            guard let first = leftovers.first else { return }
            var diagnostic = Diagnostic(
                .captureUnscrubbed,
                "`\(name.value)` still holds \(first.kind)",
                at: name.at,
                "in \(first.place)"
            )
            for rest in leftovers.dropFirst() {
                diagnostic = diagnostic.note("it also holds \(rest.kind), in \(rest.place)")
            }
            diagnostics.append(
                diagnostic.help(
                    "put a placeholder of the same shape there, such as `aaaa`, and replace what was shown"
                )
            )
        } catch { diagnostics.append(error.diagnostic(name)) }
    }
}

extension Program {
    /// Every capture that the rules name, where they name it.
    var captures: [Name] {
        var found: [Name] = []
        func take(_ scope: ScopeItem) {
            found += scope.exclusions.compactMap(\.tail.proved)
            found += scope.allowances.compactMap(\.tail.proved)
            found += scope.inspections.compactMap(\.tail.proved)
        }
        take(everywhere)
        for site in sites {
            take(site.scope)
            for route in site.routes {
                take(route.scope)
                if let proof = route.open?.tail.proved { found.append(proof) }
            }
        }
        func take(_ steps: [TestItem.Step]) {
            for step in steps {
                switch step {
                case .replay(let name): found.append(name)
                case .repeating(_, let inner): take(inner)
                default: break
                }
            }
        }
        for test in tests { take(test.steps) }
        return found
    }
}
