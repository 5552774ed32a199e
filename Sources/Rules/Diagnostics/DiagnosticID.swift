/// Everything that can be said of a policy, by its stable code.
///
/// E stops a reload, W does not, N is information. Each has a page in `docs/diagnostics/` and a golden
/// that shows exactly what the author sees.
public enum DiagnosticID: String, Sendable, CaseIterable, Hashable {
    // Text
    case hiddenCharacter = "E0002"
    case textNeverEnds = "E0003"
    case unexpectedToken = "E0004"
    case blockNeverCloses = "E0005"
    case fileMissing = "E0006"
    case tooLarge = "E0007"
    case badJSON = "E0010"

    // Words
    case unknownWord = "E0101"
    case notAComparison = "E0102"
    case unknownMethod = "E0103"
    case mixedLogic = "E0104"
    case incompleteStatement = "E0105"

    // Types
    case unknownField = "E0110"
    case wrongType = "E0111"
    case cannotOrder = "E0112"
    case listAsValue = "E0113"
    case unknownList = "E0114"
    case regexNotRaw = "E0115"
    case unknownType = "E0116"
    case unknownUnit = "E0120"
    case hostBits = "E0121"
    case metricUnit = "E0122"
    case negatedAbsence = "E0130"
    case neverTrue = "E0131"

    // Names
    case duplicateName = "E0140"
    case saidTwice = "E0141"
    case unusedList = "W0150"
    case allowedAndBlocked = "W0151"

    // Sites and routes
    case notOneHost = "E0201"
    case hostInTwoSites = "E0202"
    case unknownName = "E0203"
    case overlappingRoutes = "E0210"
    case unreachableRoute = "E0211"
    case sameRouteTwice = "E0212"
    case methodAnswered405 = "N0213"

    // Exceptions
    case publicWithoutReason = "E0301"
    case publicWrites = "E0302"
    case publicWriteBelowWildcard = "E0303"
    case noReason = "E0304"
    case skipsAbsolute = "E0305"
    case skipsLimits = "E0306"
    case skipsUnknown = "E0307"
    case skipsGuessingLimit = "E0308"
    case noEnd = "E0309"
    case skipWithoutEffect = "W0311"
    case ended = "W0320"
    case endsSoon = "W0321"
    case lastsTooLong = "E0322"

    // CORS
    case wildcardOrigin = "E0401"

    // Limits
    case limitWithoutFallback = "E0501"
    case publicWriteUnguarded = "E0502"
    case writesFailOpen = "E0503"
    case emptyLimit = "E0504"
    case raisedThreshold = "N0511"

    // Exclusions
    case exclusionWithoutRoute = "E0601"
    case exclusionWithoutClass = "E0602"
    case unknownClass = "E0603"
    case exclusionOfPlace = "E0604"
    case exclusionUnproved = "W0605"
    case exclusionNotNeeded = "W0606"
    case exclusionNeverApplies = "E0607"
    case exclusionOfNothing = "W0608"
    case exclusionNotEnough = "E0609"

    // Signatures
    case signatureSeverity = "E0702"
    case signatureClass = "E0703"
    case signatureWithoutExample = "E0704"
    case missesExample = "E0705"
    case catchesSpared = "E0706"
    case regexBacktracks = "E0710"
    case regexMalformed = "E0712"
    case regexTooLarge = "E0713"
    case nestedRepetition = "W0711"

    // Operation
    case canaryWithoutWayBack = "E0801"
    case unknownGuardrails = "E0802"
    case killSwitchReaches = "E0803"
    case canaryLarge = "W0804"
    case tlsWithoutCertificate = "E0805"
    case tlsUnused = "E0806"
    case listenerContradicts = "E0807"
    case placeTaken = "E0808"
    case unreachableServer = "E0809"
    case upgradeWithoutGet = "E0810"

    // Privacy
    case personalLogged = "E0901"
    case secretLiteral = "E0902"
    case secretLogged = "E0903"
    case looksSecret = "W0904"
    case captureUnscrubbed = "E0905"
    case captureUnreadable = "E0906"

    // Tests
    case testFails = "E1101"

    // Promises
    case promisedClosed = "E1001"
    case promisedToken = "E1002"
    case promisedLimit = "E1003"
    case promisedInspection = "E1004"

    public var severity: Diagnostic.Severity {
        switch rawValue.utf8.first {
        case 0x57: .warning
        case 0x4e: .note
        default: .error
        }
    }
}
