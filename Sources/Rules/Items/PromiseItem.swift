import Vocabulary

/// What must be true of every request, whatever the rules say.
public struct PromiseItem: Sendable {
    public enum Claim: Sendable {
        case closed([Name])
        case token([Said<RuleMethod>], except: [Name])
        case limit([Said<RuleMethod>], except: [Name])
        case inspect([Name], except: [(subject: Name, fields: [Name])])
    }

    public let claim: Claim
    public let at: SourceRange

    static func read(
        _ sentence: inout Sentence,
        into promises: inout [PromiseItem]
    ) throws(Sentence.Halt) {
        try sentence.expectBlock(example: "promises { always closed /_debug/** }")
        var found: [PromiseItem] = []
        sentence.each(of: "`promises`", ["always"]) { (inner, _) throws(Sentence.Halt) in
            let claim = try Self.claim(&inner)
            found.append(PromiseItem(claim: claim, at: inner.statement.at))
        }
        promises += found
    }

    private static func claim(_ sentence: inout Sentence) throws(Sentence.Halt) -> Claim {
        if sentence.takes("closed") {
            let paths = try sentence.tokens([.path], "a path", example: "always closed /_debug/**")
            return .closed(paths.map { Said($0.text, at: $0.at) })
        }
        if sentence.takes("need", "a", "token") {
            let example = "always need a token POST PUT PATCH DELETE except login"
            return .token(
                try sentence.methods(example: example),
                except: try except(&sentence, example)
            )
        }
        if sentence.takes("limit") {
            let example = "always limit POST PUT PATCH DELETE"
            return .limit(
                try sentence.methods(example: example),
                except: try except(&sentence, example)
            )
        }
        let example = "always inspect sqli, xss except sqli in json.password"
        try sentence.expect("inspect", example: example)
        let classes = try sentence.names(example: example)
        var exceptions: [(subject: Name, fields: [Name])] = []
        while sentence.takes("except") || (!exceptions.isEmpty && sentence.takes("and")) {
            let subject = try sentence.name(example: example)
            try sentence.expect("in", example: example)
            exceptions.append((subject, try sentence.names([.dotted], "a field", example: example)))
        }
        return .inspect(classes, except: exceptions)
    }

    private static func except(
        _ sentence: inout Sentence,
        _ example: String
    ) throws(Sentence.Halt) -> [Name] {
        sentence.takes("except") ? try sentence.names(example: example) : []
    }
}
