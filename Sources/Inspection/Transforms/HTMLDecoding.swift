import Vocabulary

/// `decode html`: character references as a browser reads them, with or without the semicolon.
///
/// Numbers of any length are read; zero, surrogates and what lies beyond Unicode become U+FFFD. Of the names there
/// are those that help to write an attack: see `names`. Others stay as they are.
enum HTMLDecoding {
    static func apply(to source: RawSpan, into target: inout Scratch) -> Bool {
        var start = 0
        var at = 0
        while let place = source.firstIndex(of: UInt8(ascii: "&"), from: at) {
            at = place &+ 1
            guard let (value, end) = reference(source, after: at) else { continue }
            target.append(source, from: start, to: place)
            target.append(scalar: value == 0 ? 0xFFFD : value)
            start = end
            at = end
        }
        guard start > 0 else { return false }
        target.append(source, from: start, to: source.byteCount)
        return true
    }

    private static func reference(_ source: RawSpan, after start: Int) -> (UInt32, Int)? {
        guard start < source.byteCount else { return nil }
        if source[start] == UInt8(ascii: "#") { return number(source, after: start &+ 1) }
        return name(source, from: start)
    }

    private static func number(_ source: RawSpan, after start: Int) -> (UInt32, Int)? {
        var at = start
        var base: UInt32 = 10
        if at < source.byteCount, source[at] | 0x20 == UInt8(ascii: "x") {
            base = 16
            at &+= 1
        }
        let first = at
        var value: UInt32 = 0
        while at < source.byteCount, let digit = source[at].hexadecimalValue, digit < base {
            // Beyond Unicode it makes no difference how far.
            value = min(value &* base &+ UInt32(digit), 0x11_0000)
            at &+= 1
        }
        guard at > first else { return nil }
        return (value, skipSemicolon(source, at))
    }

    private static func name(_ source: RawSpan, from start: Int) -> (UInt32, Int)? {
        var at = start
        var key: UInt64 = 0
        var best: (UInt32, Int)?
        while at < source.byteCount, at &- start < 8, source[at].isLetter {
            key = key << 8 | UInt64(source[at].lowercased)
            at &+= 1
            guard at &- start > 1, let value = value(of: key) else { continue }
            let end = skipSemicolon(source, at)
            // Only the oldest names are read by a browser without their semicolon.
            if end > at || isOld(key) { best = (value, end) }
        }
        return best
    }

    private static func skipSemicolon(_ source: RawSpan, _ at: Int) -> Int {
        at < source.byteCount && source[at] == UInt8(ascii: ";") ? at &+ 1 : at
    }

    private static func isOld(_ key: UInt64) -> Bool {
        oldKeys.contains(key)
    }

    private static func value(of key: UInt64) -> UInt32? {
        for entry in keys where entry.key == key { return entry.value }
        return nil
    }

    private static func key(_ name: String) -> UInt64 {
        name.utf8.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let oldKeys = ["lt", "gt", "amp", "quot", "nbsp", "shy"].map(key)
    private static let keys = names.map { (key: key($0.0), value: $0.1.value) }

    private static let names: [(String, Unicode.Scalar)] = [
        ("lt", "<"), ("gt", ">"), ("amp", "&"), ("quot", "\""), ("apos", "'"), ("nbsp", "\u{A0}"),
        ("shy", "\u{AD}"), ("tab", "\t"), ("newline", "\n"), ("colon", ":"), ("semi", ";"),
        ("lpar", "("), ("rpar", ")"), ("sol", "/"), ("bsol", "\\"), ("equals", "="), ("excl", "!"),
        ("comma", ","), ("period", "."), ("lsqb", "["), ("lbrack", "["), ("rsqb", "]"),
        ("rbrack", "]"), ("lcub", "{"), ("lbrace", "{"), ("rcub", "}"), ("rbrace", "}"),
        ("grave", "`"), ("num", "#"), ("dollar", "$"), ("percnt", "%"), ("ast", "*"),
        ("plus", "+"), ("lowbar", "_"), ("commat", "@"), ("hat", "^"), ("verbar", "|"),
        ("vert", "|"), ("quest", "?"),
    ]
}
