/// An example of a signature that does not go as it says.
public struct ExampleFault: Equatable, Sendable {
    public enum Kind: Sendable {
        /// It should be caught and is not.
        case missed
        /// It should be spared and is caught.
        case caught
    }

    public let kind: Kind
    /// Which of the signature's `catches`, or of its `spares`.
    public let example: Int
    public let text: String
    public let look: Look
}

extension SignatureSet {
    /// Runs a signature's own examples as requests would bring them, in every place where it looks.
    public func fails(ofSignature index: Int) -> [ExampleFault] {
        let signature = signatures[index]
        var inspector = Inspector()
        var faults: [ExampleFault] = []
        for look in signature.looks {
            for (number, text) in signature.catches.enumerated()
            where !inspector.finds(index, in: text, at: look, of: self) {
                faults.append(ExampleFault(kind: .missed, example: number, text: text, look: look))
            }
            for (number, text) in signature.spares.enumerated()
            where inspector.finds(index, in: text, at: look, of: self) {
                faults.append(ExampleFault(kind: .caught, example: number, text: text, look: look))
            }
        }
        return faults
    }
}

extension Inspector {
    fileprivate mutating func finds(
        _ signature: Int,
        in text: String,
        at look: Look,
        of set: SignatureSet
    ) -> Bool {
        begin()
        let value = Array(text.utf8)
        let name = FieldName.bytes(of: look.field ?? "example", in: look.place)
        unsafe self.look(
            at: value.span.bytes,
            in: look.place,
            named: name.span.bytes,
            for: set
        )
        return (0..<findingCount).contains { finding($0).signature == signature }
    }
}
