import Vocabulary

/// What a whole head means: where its body ends, what it is for, and what it asks of the connection.
///
/// Framing comes first: whatever else is refused, the answer depends on whether the end is known.
extension RequestHead {
    mutating func settle(isSecure: Bool) throws(WireError) {
        let facts = try readFields()
        framing = try facts.framing.framing(minorVersion: minorVersion) ?? .none
        let options = facts.connection
        keepsAlive = minorVersion == 1 ? !options.closes : options.keepsAlive && !options.closes
        nominatesFields = options.nominatesFields
        try settleHost(authority: try settleTarget(isSecure))
        if let expectation = facts.expectation, minorVersion == 1 {
            guard section[expectation].equalsIgnoringCase("100-continue"), facts.expectCount == 1
            else { throw .expectationFailed }
            expectsContinue = !framing.isEmpty
        }
        asksWebSocket =
            facts.namesWebSocket && facts.upgradeCount == 1 && options.upgrades && minorVersion == 1
            && method == .get && framing == .none
        if method == .options, let limit = facts.maxForwards {
            guard let left = section[limit].decimal(digitsMax: 9), facts.maxForwardsCount == 1
            else {
                throw .badMaxForwards
            }
            forwardsLeft = left
        }
    }

    /// What the fields say before they are weighed against each other.
    private struct Facts {
        var framing = MessageFraming()
        var connection = ConnectionOptions()
        var expectation: ByteRange?
        var expectCount = 0
        var maxForwards: ByteRange?
        var maxForwardsCount = 0
        var namesWebSocket = false
        var upgradeCount = 0
    }

    private func readFields() throws(WireError) -> Facts {
        var facts = Facts()
        for index in 0..<section.fields.count {
            let field = section.fields[index]
            if field.id == .other { continue }
            let value = section[field.value]
            switch field.id {
            case .contentLength: try facts.framing.readLength(value)
            case .transferEncoding: try facts.framing.readCoding(value)
            case .connection: try facts.connection.read(value)
            case .upgrade:
                facts.namesWebSocket = value.equalsIgnoringCase("websocket")
                facts.upgradeCount += 1
            case .expect:
                facts.expectation = field.value
                facts.expectCount += 1
            case .maxForwards:
                facts.maxForwards = field.value
                facts.maxForwardsCount += 1
            default: break
            }
        }
        return facts
    }
}
