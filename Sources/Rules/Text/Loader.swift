/// Reads the entry file and all it includes, each once, whatever the order.
///
/// All of it is in memory before anything is judged, so an editor that saves half-way through cannot mix
/// two versions.
public struct Loader<Disk: Files> {
    private let files: Disk
    public private(set) var sources = Sources()
    public private(set) var program = Program()
    public private(set) var trees: [Tree] = []
    public private(set) var diagnostics = Diagnostics()
    private var seen: Set<String> = []
    private var byteCount = 0

    public init(_ files: Disk) {
        self.files = files
    }

    /// Reads the file at `path`; false when there is none that can be read.
    public mutating func load(entry path: String) throws(FileTrouble) {
        let path = FilePath.normal(path)
        let bytes = try files.read(path, upTo: RulesBounds.fileByteMax)
        seen.insert(path)
        take(bytes, named: path)
        program.joinTestHosts()
    }

    private mutating func take(_ bytes: [UInt8], named path: String) {
        byteCount += bytes.count
        let source = Source(name: path, bytes: bytes)
        let number = sources.add(source)
        let (tree, found) = Parser.parse(source, number: number)
        for diagnostic in found.all { diagnostics.add(diagnostic) }
        trees.append(tree)
        let before = program.includes.count
        program.read(tree, &diagnostics)
        for include in program.includes[before...] { follow(include, from: path) }
    }

    private mutating func follow(_ include: Name, from origin: String) {
        for candidate in FilePath.candidates(for: include.value, saidIn: origin) {
            let found = FilePath.matches(candidate, in: files)
            var isFound = false
            for path in found {
                if seen.contains(path) {
                    isFound = true
                    continue
                }
                do throws(FileTrouble) {
                    let bytes = try files.read(path, upTo: RulesBounds.fileByteMax)
                    isFound = true
                    seen.insert(path)
                    guard isWithinBounds(bytes.count, include) else { return }
                    take(bytes, named: path)
                } catch {
                    if error == .missing { continue }
                    isFound = true
                    say(.fileMissing, "`\(path)` cannot be read", include, error.words)
                }
            }
            if isFound { return }
        }
        // A pattern may match nothing: a folder that has no rules yet.
        guard !include.value.contains("*") else { return }
        say(.fileMissing, "`\(include.value)` is not there", include, "no file has this name")
    }

    private mutating func isWithinBounds(_ count: Int, _ include: Name) -> Bool {
        guard byteCount + count <= RulesBounds.totalByteMax, seen.count <= RulesBounds.fileCountMax
        else {
            say(
                .tooLarge,
                "these rules are larger than a policy may be",
                include,
                "reading stops here"
            )
            return false
        }
        return true
    }

    private mutating func say(_ id: DiagnosticID, _ message: String, _ at: Name, _ label: String) {
        diagnostics.add(
            Diagnostic(id, message, at: at.at, label)
                .help(
                    "paths are looked for beside the file that names them, and in the folders above it"
                )
        )
    }
}
