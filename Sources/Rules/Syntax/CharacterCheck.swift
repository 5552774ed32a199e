/// Looks a file through for what makes it read otherwise than it runs, comments included.
enum CharacterCheck {
    static func run(_ source: Source, number: Int, _ diagnostics: inout Diagnostics) {
        guard let text = String(validating: source.bytes, as: UTF8.self) else {
            let at = firstInvalid(source.bytes)
            diagnostics.add(
                Diagnostic(
                    .hiddenCharacter,
                    "this file is not UTF-8",
                    at: SourceRange(file: number, at..<at + 1),
                    "this byte stands for no character"
                )
                .help("save the file as UTF-8")
            )
            return
        }
        var offset = 0
        for scalar in text.unicodeScalars {
            let next = offset + UTF8.width(scalar)
            defer { offset = next }
            let at = SourceRange(file: number, offset..<next)
            if scalar.isDirectionControl {
                diagnostics.add(
                    Diagnostic(
                        .hiddenCharacter,
                        "this file hides a text-direction character",
                        at: at,
                        "the line may not read the way it runs"
                    )
                    .help(
                        "delete the character; direction controls are refused everywhere, comments included"
                    )
                )
            } else if isControl(scalar, source.bytes, at: offset) {
                diagnostics.add(
                    Diagnostic(
                        .hiddenCharacter,
                        "this file hides a control character",
                        at: at,
                        "nobody can see what this does"
                    )
                    .help("delete the character; control characters are refused everywhere")
                )
            }
        }
    }

    /// Whether `text` was complained about already.
    static func isHidden(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            $0.isDirectionControl || $0.value < 0x20 || $0.value == 0x7f
        }
            || text.unicodeScalars.contains("\u{FFFD}")
    }

    private static func isControl(
        _ scalar: Unicode.Scalar,
        _ bytes: [UInt8],
        at offset: Int
    ) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        // A carriage return belongs to the line feed after it.
        case 0x0d: offset + 1 >= bytes.count || bytes[offset + 1] != 0x0a
        case 0..<0x20, 0x7f: true
        default: false
        }
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while case .valid(let scalar) = parser.parseScalar(from: &rest) { offset += scalar.count }
        return min(offset, max(bytes.count - 1, 0))
    }
}
