import Policy
import Vocabulary

/// What holds for the whole gateway: invitations, maintenance, the kill switch, tokens, and own pages.
extension Lowering {
    mutating func lowerTerms() {
        policy.access = program.gates.first.map { lower($0) }
        policy.maintenance = program.maintenances.first.map { lower($0) }
        policy.killSwitch = program.killSwitches.first.map { lower($0) }
        let auths = program.auths.sorted {
            ($0.issuer?.value ?? "") < ($1.issuer?.value ?? "")
        }
        policy.auths = auths.map { lower($0) }
    }

    private mutating func lower(_ item: AccessGateItem) -> AccessTerms {
        AccessTerms(
            secret: item.secret?.value,
            lists: item.lists.compactMap { listNumbers[$0.value] }.sorted(),
            admitsCertificates: item.certificates != nil,
            open: item.open.compactMap(lower),
            answer: item.answer.map { lower($0) },
            place: place(item.at)
        )
    }

    private mutating func lower(_ item: MaintenanceItem) -> MaintenanceTerms {
        MaintenanceTerms(
            file: item.file?.value,
            answer: item.answer.map { lower($0) } ?? OwnAnswer(status: 503),
            open: item.open.compactMap(lower),
            place: place(item.at)
        )
    }

    private func lower(_ item: OpenItem) -> OpenPath? {
        pattern(item.path).map {
            OpenPath(methods: MethodSet.answered(by: item.methods), pattern: $0)
        }
    }

    private func lower(_ item: KillSwitchItem) -> KillSwitchTerms {
        KillSwitchTerms(
            file: item.file?.value,
            stopsBlocking: item.stops.contains { $0.value == "blocking" },
            stopsCanary: item.stops.contains { $0.value == "canary" },
            seconds: item.atMost.map { Int($0.value.components.seconds) } ?? 0,
            place: place(item.at)
        )
    }

    private func lower(_ item: AuthItem) -> AuthTerms {
        AuthTerms(
            issuer: item.issuer?.value,
            audience: item.audience?.value,
            keys: item.keys?.value,
            refreshSeconds: item.refresh.map { Int($0.value.components.seconds) },
            secret: item.secret?.value,
            algorithms: Set(item.algorithms.map(\.value)).sorted(),
            user: Self.claim(item.user) ?? "sub",
            role: Self.claim(item.role) ?? "role",
            place: place(item.at)
        )
    }

    private static func claim(_ name: Name?) -> String? {
        guard case .token(let path) = name.flatMap({ Field($0.value) }) else { return nil }
        return path
    }

    // MARK: Answers of our own

    mutating func lower(_ item: AnswerItem) -> OwnAnswer {
        OwnAnswer(
            status: item.status.value,
            page: item.page.flatMap { number(ofPage: $0) },
            retryAfterSeconds: item.retryAfter.map { Int($0.value.components.seconds) }
        )
    }

    /// Each page once, read as the rules are, and shown as its name says.
    private mutating func number(ofPage name: Name) -> Int? {
        let types = [
            ".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8",
        ]
        guard let type = types.first(where: { name.value.hasSuffix($0.key) })?.value else {
            say(
                Diagnostic(
                    .wrongType,
                    "`\(name.value)` is no page",
                    at: name.at,
                    "browsers are shown `.html` and `.txt`"
                )
            )
            return nil
        }
        guard let (path, bytes) = read(name, upTo: RulesBounds.pageByteMax) else { return nil }
        if let number = pageNumbers[path] { return number }
        policy.pages.append(Page(path: path, type: type, bytes: bytes))
        pageNumbers[path] = policy.pages.count - 1
        contents.append((name.value, Fingerprint.text(of: bytes)))
        return policy.pages.count - 1
    }

    /// Reads a file that the rules name, from beside the file that names it or from a folder above.
    mutating func read(_ name: Name, upTo byteMax: Int) -> (path: String, bytes: [UInt8])? {
        let origin = sources[name.at.file].name
        for path in FilePath.candidates(for: name.value, saidIn: origin) {
            do throws(FileTrouble) {
                return (path, try files.read(path, upTo: byteMax))
            } catch {
                if error == .missing { continue }
                sayUnread("`\(path)` cannot be read", name, error.words)
                return nil
            }
        }
        sayUnread("`\(name.value)` is not there", name, "no file has this name")
        return nil
    }

    private mutating func sayUnread(_ message: String, _ name: Name, _ label: String) {
        say(
            Diagnostic(.fileMissing, message, at: name.at, label)
                .help(
                    "paths are looked for beside the file that names them, and in the folders above it"
                )
        )
    }
}
