import Vocabulary

/// Where a server is: an address, or a name whose addresses the resolver knows.
public enum ServerPlace: Sendable, Equatable {
    case address(SocketAddress)
    case name(String, port: UInt16)

    /// Reads an address as `SocketAddress` does, or `name:port`.
    public init?(_ text: String) {
        if let address = SocketAddress(text) {
            self = .address(address)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            text[colon...].dropFirst().utf8.allSatisfy(\.isDigit),
            let port = UInt16(text[colon...].dropFirst()),
            Self.isName(text[..<colon])
        else { return nil }
        self = .name(text[..<colon].lowercased(), port: port)
    }

    /// Labels of letters, digits, `-` and `_`, the last one no number: that was meant as an address.
    private static func isName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= nameByteMax, let last = labels.last else { return false }
        let areLabels = labels.allSatisfy { label in
            (1...labelByteMax).contains(label.utf8.count)
                && label.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
        }
        return areLabels && !last.utf8.allSatisfy(\.isDigit)
    }

    /// What DNS can hold.
    static let nameByteMax = 253
    static let labelByteMax = 63
}
