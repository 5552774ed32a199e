import Policy
public import Rules
import Vocabulary

/// What must hold of every text of rules, whatever bytes it has; the fuzzer asks it too.
public enum RulesOracle {
    /// nil, or what did not hold.
    public static func complaint(about bytes: [UInt8]) -> String? {
        let now: Int64 = 1_795_132_800
        let source = Source(name: "main.gate", bytes: bytes)
        let once = compile(bytes, now)
        let again = compile(bytes, now)
        guard once.said == again.said, once.version == again.version else {
            return "the same text is judged in two ways"
        }
        guard let printed = Formatter.format(source).text else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        if let complaint = printing(Tree(of: text), printed) { return complaint }
        let formatted = compile(Array(printed.utf8), now)
        guard formatted.version == once.version else {
            return "the layout changes what the rules mean:\n\(printed)"
        }
        return nil
    }

    /// What is printed is the tree that was read, and printing it again changes nothing.
    public static func printing(_ tree: Tree, _ printed: String) -> String? {
        let twice = Formatter.format(Source(name: "", text: printed)).text
        guard let twice else { return "what was printed cannot be read:\n\(printed)" }
        let read = Tree(of: printed)
        let (before, after) = (TreeForm.lines(of: tree), TreeForm.lines(of: read))
        guard before == after else { return "\(before)\nis printed as\n\(after)\nin\n\(printed)" }
        return twice == printed ? nil : "printed once:\n\(printed)\nand twice:\n\(twice)"
    }

    /// All that is said of a text, in every form there is.
    public static func reports(_ compiled: Compiled) -> [String] {
        let all = compiled.diagnostics.sorted
        let plain = TextReport(compiled.sources, masking: all)
        return all.map { plain.text($0) } + all.map { GitHubReport.text($0, of: compiled.sources) }
            + [
                text(JSONReport.text(all, of: compiled.sources)),
                text(SARIFReport.text(all, of: compiled.sources)),
            ]
    }

    private static func text(_ buffer: borrowing ByteBuffer) -> String {
        unsafe buffer.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func compile(
        _ bytes: [UInt8],
        _ now: Int64
    ) -> (said: [String], version: String?) {
        do throws(FileTrouble) {
            let compiled = try Rules.compile(entry: "main.gate", in: OneFile(bytes), now: now)
            return (reports(compiled), compiled.policy?.version)
        } catch { return ([error.words], nil) }
    }
}

/// A disk with one file.
struct OneFile: Files {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ path: String, upTo byteMax: Int) throws(FileTrouble) -> [UInt8] {
        guard path == "main.gate" else { throw .missing }
        guard bytes.count <= byteMax else { throw .tooLarge }
        return bytes
    }

    func names(in folder: String) -> [String] { ["main.gate"] }
}

/// What two trees have to share to be one: every word, text and comment, block by block.
///
/// Commas, and the order in which methods stand, are the layout's; a list's entries are its own, however
/// many share a line.
enum TreeForm {
    static func lines(of tree: Tree) -> [String] {
        statements(tree.statements, "", isList: false) + tree.comments.map(\.token.text)
    }

    private static func statements(
        _ all: [Statement],
        _ indent: String,
        isList: Bool
    ) -> [String] {
        let found = all.flatMap { lines(of: $0, isList ? "" : indent) }
        guard isList else { return found }
        let words = found.filter { !$0.hasPrefix("#") }.flatMap { $0.split(separator: " ") }
        return [words.sorted().joined(separator: " ")] + found.filter { $0.hasPrefix("#") }
    }

    private static func lines(of statement: Statement, _ indent: String) -> [String] {
        let words = statement.words.filter { $0.kind != .comma }
        var texts: [String] = []
        for word in words {
            texts.append("\(word.kind):\(word.text)")
            var index = texts.count - 1
            // Methods that stand together are a set.
            while index > 0, texts[index].isMethod, texts[index - 1].isMethod,
                texts[index] < texts[index - 1]
            {
                texts.swapAt(index, index - 1)
                index -= 1
            }
        }
        let comments =
            statement.comments.map(\.token.text) + statement.remarks.map(\.token.text)
            + [statement.block?.remark?.text].compactMap { $0 }
        var found = [indent + texts.joined(separator: " ")]
        if let block = statement.block {
            let verb = statement.words.first?.text
            found += statements(block.statements, indent + "  ", isList: verb == "list")
            found.append(indent + "}")
            return comments.sorted() + block.comments.map(\.token.text) + found
        }
        return comments.sorted() + found
    }
}

extension String {
    fileprivate var isMethod: Bool {
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
            .contains { self == "upper:\($0)" }
    }
}
