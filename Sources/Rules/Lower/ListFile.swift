import Policy
import Vocabulary

/// A list in a file of its own: one entry a line, `#` before what is only said, and ` until 2027-01-31`
/// behind an entry that ends.
///
/// Such files are written by machines and fetched from others, so every line is judged, and one that is
/// wrong is an error: a list that lacks an entry protects nobody from it.
struct ListFile {
    /// A value and the second at which it stops counting.
    struct Entry {
        let value: String
        let until: Int64
    }

    private(set) var entries: [Entry] = []
    private(set) var faults: [(line: Int, message: String, label: String)] = []

    init(_ bytes: [UInt8], of kind: ListItem.Kind, isTrusted: Bool = false) {
        var number = 0
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            defer { number += 1 }
            let text = Self.said(in: line)
            guard !text.isEmpty, faults.count < RulesBounds.shownMax else { continue }
            guard entries.count < RulesBounds.listEntryMax else {
                faults.append((number, "this list is longer than a list may be", "it ends here"))
                return
            }
            read(text, at: number, kind, isTrusted)
        }
    }

    /// A line without its remark and the blanks around it.
    private static func said(in line: ArraySlice<UInt8>) -> String {
        let end = line.indices.first { index in
            line[index] == UInt8(ascii: "#")
                && (index == line.startIndex || line[index - 1].isBlank)
        }
        var text = line[..<(end ?? line.endIndex)]
        while let last = text.last, last.isBlank || last == 0x0d { text = text.dropLast() }
        return String(decoding: text.drop(while: \.isBlank), as: UTF8.self)
    }

    private mutating func read(
        _ text: String,
        at line: Int,
        _ kind: ListItem.Kind,
        _ isTrusted: Bool
    ) {
        var value = text
        var until = Int64.max
        if let clause = text.firstRange(of: " until ") {
            let date = text[clause.upperBound...].drop(while: { $0 == " " })
            guard let day = Day(String(date)) else {
                faults.append((line, "no calendar has the day `\(date)`", "write it as 2027-01-31"))
                return
            }
            value = String(text[..<clause.lowerBound])
            until = day.end
            while value.last == " " { value.removeLast() }
        }
        if let wrong = ListValue.fault(in: value, of: kind, isTrusted: isTrusted) {
            faults.append((line, "`\(value)` is no entry of this list", wrong))
            return
        }
        entries.append(Entry(value: value, until: until))
    }
}

/// What values a list can hold, whether they stand in the rules or in a file.
enum ListValue {
    /// What is wrong with a value; nil for nothing.
    static func fault(in value: String, of kind: ListItem.Kind, isTrusted: Bool) -> String? {
        switch kind {
        case .ip:
            guard let block = AddressBlock(text: value) else {
                return "it is no address, and no network whose last bits are zero"
            }
            return isTrusted && block.isMostOfAll ? AddressBlock.mostOfAll : nil
        case .origin:
            return Checker.isOrigin(value)
                ? nil : "an origin is a scheme, a host and perhaps a port"
        case .host: return Checker.fault(inHost: value)
        case .path:
            return value.hasPrefix("/") && !value.contains("/:") && !value.hasSuffix("/**")
                ? nil : "a list holds whole paths, with no `:name` and no `**`"
        case .text: return nil
        case .country:
            return value.utf8.count == 2 && value.utf8.allSatisfy(\.isUpper)
                ? nil : "a country is two capitals, such as DE"
        case .asn:
            return value.hasPrefix("AS") && value.dropFirst(2).utf8.allSatisfy(\.isDigit)
                && value.utf8.count > 2
                ? nil : "a network is written as AS64500"
        }
    }
}

extension AddressBlock {
    static let mostOfAll = "nearly everybody has an address in it"

    /// So wide that who is in it says nothing: halves of everything included.
    var isMostOfAll: Bool {
        base.isV4 && prefixBits >= 96 ? prefixBits < 96 + 8 : prefixBits < 16
    }
}
