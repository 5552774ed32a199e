/// A path as it is said in rules, and where it leads.
///
/// What a file names is looked for beside that file and then in the folders above it: `sites/api.gate`
/// and `policy.gate` mean the same by `captures/login.har`.
enum FilePath {
    /// `a/b/../c` is `a/c`; what leads above the start stays.
    static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            if part == "." { continue }
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The folder a file stands in; empty for the current one.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? normal(path) : normal(folder + "/" + path)
    }

    /// Where to look for `path` when the file at `origin` says it, nearest first.
    static func candidates(for path: String, saidIn origin: String) -> [String] {
        if path.hasPrefix("/") { return [normal(path)] }
        var folder = folder(of: origin)
        var found = [join(folder, path)]
        while !folder.isEmpty, folder != "/", !folder.hasSuffix("..") {
            folder = Self.folder(of: folder)
            found.append(join(folder, path))
        }
        return found
    }

    /// The files that a path with stars stands for.
    static func matches(_ pattern: String, in files: some Files) -> [String] {
        var found = [pattern.hasPrefix("/") ? "/" : ""]
        let segments = pattern.split(separator: "/").map(String.init)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            var next: [String] = []
            for folder in found {
                if !segment.contains("*") {
                    next.append(join(folder, segment))
                    continue
                }
                let names = files.names(in: folder).filter {
                    matches($0, segment) && !$0.hasPrefix(".")
                }
                next += names.map { join(folder, $0) }
            }
            found = Array(next.prefix(RulesBounds.fileCountMax))
            if isLast { break }
        }
        return found
    }

    /// Whether a name fits a segment in which each star stands for any letters.
    static func matches(_ name: String, _ segment: String) -> Bool {
        let parts = segment.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return name == segment
        }
        guard name.count >= first.count + last.count, name.hasPrefix(first), name.hasSuffix(last)
        else {
            return false
        }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let at = rest.firstRange(of: part) else { return false }
            rest = rest[at.upperBound...]
        }
        return true
    }
}
