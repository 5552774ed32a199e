import TestSupport

/// Where the files of these tests lie.
enum Corpus {
    static func folder(_ name: String, in file: StaticString = #filePath) -> String {
        let path = "\(file)"
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return path[..<slash] + "/" + name
    }
}
