import Vocabulary

extension Program {
    private static let words = [
        "language", "environment", "include", "import", "let", "list", "class", "gateway", "store",
        "auth",
        "access", "inspect", "limit", "guardrails", "canary", "kill", "maintenance", "exceptions",
        "log",
        "audit", "promises", "upstream", "site", "signature", "exclude", "allow", "block", "test",
        "process", "control",
    ]

    /// Takes in what one file says.
    mutating func read(_ tree: Tree, _ diagnostics: inout Diagnostics) {
        for statement in tree.statements {
            var sentence = Sentence(statement)
            sentence.read(as: "a file of rules", Self.words) {
                (inner, word) throws(Sentence.Halt) in
                try self.read(word, &inner)
            }
            for diagnostic in sentence.diagnostics.all {
                diagnostics.add(diagnostic)
                if diagnostic.severity == .error { statement.collect(at: diagnostic.at, &unread) }
            }
        }
    }

    private mutating func read(_ word: String, _ inner: inout Sentence) throws(Sentence.Halt) {
        switch word {
        case "language":
            languages.append(try inner.integer(in: 1...99, "a version", example: "language 1"))
        case "environment": environments.append(try inner.name(example: "environment staging"))
        case "include": includes.append(try inner.text(example: "include \"sites/*.gate\""))
        case "import": imports.append(try ImportItem(&inner))
        case "let": lets.append(try LetItem(&inner))
        case "list": lists.append(try ListItem(&inner))
        case "class": classes.append(try ClassItem(&inner))
        case "gateway": try readGateway(&inner)
        case "store": stores.append(try StoreItem(&inner))
        case "auth": auths.append(try AuthItem(&inner))
        case "access":
            if inner.takes("log") {
                accessLogs.append(try AccessLogItem(&inner))
            } else {
                gates.append(try AccessGateItem(&inner))
            }
        case "guardrails": guardrails.append(try GuardrailsItem(&inner))
        case "canary": canaries.append(try CanaryItem(&inner))
        case "kill": killSwitches.append(try KillSwitchItem(&inner))
        case "maintenance": maintenances.append(try MaintenanceItem(&inner))
        case "exceptions": exceptionTerms.append(try ExceptionTermsItem(&inner))
        case "log": try LogItem.read(&inner, into: &logs)
        case "audit":
            audits.append(try inner.text(example: "audit \"/var/log/gatehouse/audit.jsonl\""))
        case "process": try machine.process.read(&inner)
        case "control":
            let path = try inner.text(example: "control \"/run/gatehouse/control.sock\"")
            let whole = Said(try inner.socketPath(path), at: path.at)
            inner.set(&machine.control, to: whole, as: "`control`")
        case "promises": try PromiseItem.read(&inner, into: &promises)
        case "upstream": upstreams.append(try UpstreamItem(&inner))
        case "site": sites.append(try SiteItem(&inner))
        case "signature": signatures.append(try SignatureItem(&inner))
        case "test": tests.append(try TestItem(&inner))
        default: try everywhere.read(word, &inner)
        }
    }

    private mutating func readGateway(_ sentence: inout Sentence) throws(Sentence.Halt) {
        try sentence.expectBlock(example: "gateway { listen :443 }")
        let words = ["listen", "trust", "close", "headers"] + MachineItem.words
        sentence.each(of: "`gateway`", words) { (inner, word) throws(Sentence.Halt) in
            switch word {
            case "listen": listens.append(try ListenItem(&inner))
            case "trust": trusts.append(try TrustItem(&inner))
            case "close":
                let paths = try inner.tokens([.path], "a path", example: "close /_debug/**")
                closed += paths.map { ClosedItem(path: Said($0.text, at: $0.at)) }
            case "headers": try HeaderItem.read(&inner, into: &everywhere.headers)
            default: try machine.read(word, &inner)
            }
        }
    }
}

extension Statement {
    /// The words of the sentence that a diagnostic points into, with those of its block.
    fileprivate func collect(at place: SourceRange, _ found: inout Set<String>) {
        if let inner = block?.statements.first(where: { $0.reach.contains(place.start) }) {
            inner.collect(at: place, &found)
        } else {
            collect(&found)
        }
    }

    private func collect(_ found: inout Set<String>) {
        for word in words { found.insert(word.text) }
        for inner in block?.statements ?? [] { inner.collect(&found) }
    }

    /// From its first word to the end of its block.
    private var reach: ClosedRange<Int> { at.start...max(at.end, block?.close.end ?? at.end) }
}
