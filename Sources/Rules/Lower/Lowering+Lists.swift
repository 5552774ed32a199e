import Policy
import Vocabulary

/// Lists, with a name or without.
extension Lowering {
    mutating func lowerLists() {
        let items = program.lists.sorted { $0.name.value < $1.name.value }
        let trusted = declared.trustedLists
        for item in items {
            listNumbers[item.name.value] = policy.lists.count
            let entries = entries(of: item, isTrusted: trusted.contains(item.name.value))
            let list = list(item, entries ?? [])
            policy.lists.append(list)
            if let file = item.file { contents.append((file.value, list.version)) }
        }
    }

    /// A list as its file holds it now; nil where that is wrong.
    mutating func readAgain(_ name: String) -> NamedList? {
        guard let item = declared.list(name) else { return nil }
        let isTrusted = declared.trustedLists.contains(name)
        return entries(of: item, isTrusted: isTrusted).map { list(item, $0) }
    }

    /// What a list holds; nil where its file cannot be read, or holds what it may not.
    mutating func entries(of item: ListItem, isTrusted: Bool) -> [ListFile.Entry]? {
        guard let name = item.file else {
            return item.entries.map {
                ListFile.Entry(
                    value: declared.literal($0.value).value,
                    until: $0.until?.value.end ?? .max
                )
            }
        }
        guard let (path, bytes) = read(name, upTo: RulesBounds.listByteMax) else { return nil }
        let file = ListFile(bytes, of: item.kind.value, isTrusted: isTrusted)
        guard !file.faults.isEmpty else { return file.entries }
        let source = Source(name: path, bytes: bytes)
        let number = sources.add(source)
        for fault in file.faults {
            say(
                Diagnostic(
                    .wrongType,
                    fault.message,
                    at: SourceRange(file: number, source.range(ofLine: fault.line)),
                    fault.label
                )
                .related(item.name.at, "read for this list")
            )
        }
        return nil
    }

    func list(_ item: ListItem, _ entries: [ListFile.Entry]) -> NamedList {
        let isOfAddresses = item.kind.value == .ip
        let said = entries.map { "\($0.value) \($0.until)" }.sorted().joined(separator: "\n")
        return NamedList(
            name: item.name.value,
            addresses: AddressSet(isOfAddresses ? entries.compactMap(Self.network) : []),
            texts: TextSet(isOfAddresses ? [] : entries.map { ($0.value, $0.until) }),
            file: item.file?.value,
            refreshSeconds: item.refresh.map { Int($0.value.components.seconds) },
            version: Fingerprint.text(of: Array(said.utf8)),
            place: place(item.name.at)
        )
    }

    private static func network(_ entry: ListFile.Entry) -> AddressSet.Entry? {
        AddressBlock(text: entry.value).map { AddressSet.Entry($0, until: entry.until) }
    }

    // MARK: Values in place

    /// The list of texts that a question writes out.
    mutating func valueList(ofTexts texts: [String]) -> Int {
        let sorted = Set(texts).sorted()
        return valueList("text\u{0}" + sorted.joined(separator: "\u{0}")) {
            NamedList(name: "", texts: TextSet(sorted))
        }
    }

    /// The list of addresses that a question or an allowance writes out.
    mutating func valueList(ofAddresses tokens: [Token]) -> Int {
        let sorted = Set(tokens.map { declared.literal($0).text }).sorted()
        return valueList("ip\u{0}" + sorted.joined(separator: "\u{0}")) {
            let blocks = sorted.compactMap { AddressBlock(text: $0) }
            return NamedList(name: "", addresses: AddressSet(blocks.map { AddressSet.Entry($0) }))
        }
    }

    private mutating func valueList(_ content: String, _ make: () -> NamedList) -> Int {
        if let number = valueLists[content] { return number }
        policy.lists.append(make())
        valueLists[content] = policy.lists.count - 1
        return policy.lists.count - 1
    }
}
