import Glibc
import Rules
import Vocabulary

/// `gatehouse fmt`: rules in the one layout.
enum Format {
    static let usage = """
        usage: gatehouse fmt [FILE…] [--check]

        Writes files of rules in the one layout: two spaces, one sentence a line, routes that follow each
        other as a table. Order and comments stay, and so does the meaning. There are no options.
        `-` reads standard input and writes standard output.

          --check   changes nothing, and names the files that would change

        Exit codes: 0 all are in the layout (now), 1 some are not, or cannot be read as rules,
        2 wrong use.

        """

    static func main(_ words: [String]) throws(UsageError) {
        var files: [String] = []
        var isCheck = false
        for word in words {
            switch word {
            case "--help", "-h": return Terminal.print(usage)
            case "--check": isCheck = true
            case "-": files.append(word)
            default:
                guard !word.hasPrefix("-") else {
                    throw UsageError(
                        "`gatehouse fmt` has no option `\(word)`",
                        help: Nearest.hint(to: word, among: ["--check", "--help"])
                    )
                }
                files.append(word)
            }
        }
        guard !files.isEmpty else {
            throw UsageError("no files to format", help: "name them: `gatehouse fmt rules/*.gate`")
        }
        var isFine = true
        for file in files where !format(file, isCheck) { isFine = false }
        exit(isFine ? 0 : 1)
    }

    /// False where the file is not in the layout and stays so, or cannot be read.
    private static func format(_ file: String, _ isCheck: Bool) -> Bool {
        let bytes: [UInt8]
        do throws(FileTrouble) {
            bytes =
                try file == "-"
                ? Terminal.readAll() : DiskFiles().read(file, upTo: RulesBounds.fileByteMax)
        } catch {
            Terminal.note("gatehouse: `\(file)` cannot be read: \(error.words)")
            return false
        }
        let source = Source(name: file == "-" ? "standard input" : file, bytes: bytes)
        let formatting = Formatter.format(source)
        guard let text = formatting.text else {
            say(formatting.diagnostics, source)
            return false
        }
        if file == "-" {
            Terminal.print(text)
            return true
        }
        guard Array(text.utf8) != bytes else { return true }
        Terminal.print(file + "\n")
        if isCheck { return false }
        guard replace(file, with: text) else {
            Terminal.note(
                "gatehouse: `\(file)` cannot be written: \(unsafe String(cString: strerror(errno)))"
            )
            return false
        }
        return true
    }

    private static func say(_ diagnostics: Diagnostics, _ source: Source) {
        var sources = Sources()
        sources.add(source)
        let report = TextReport(sources, masking: diagnostics.all, isColoured: Terminal.isColoured)
        for diagnostic in diagnostics.sorted.prefix(RulesBounds.shownMax) {
            Terminal.print(report.text(diagnostic) + "\n\n")
        }
    }

    /// Puts the new text in the file's place in one step, so that nobody ever reads half of it.
    private static func replace(_ file: String, with text: String) -> Bool {
        var status = stat()
        guard unsafe stat(file, &status) == 0 else { return false }
        let fresh = file + ".fmt-\(getpid())"
        let descriptor = unsafe open(
            fresh,
            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
            status.st_mode & 0o777
        )
        guard descriptor >= 0 else { return false }
        let isWritten = Terminal.write(text, to: descriptor) && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, unsafe rename(fresh, file) == 0 else {
            _ = unsafe unlink(fresh)
            return false
        }
        return true
    }
}
