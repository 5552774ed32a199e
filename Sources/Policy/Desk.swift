public import Inspection
import JSON

/// Room to read requests in: one for each thread that judges.
///
/// Nothing stays on it from one call to the next, so requests may take turns.
public struct Desk: ~Copyable {
    public var inspector = Inspector()
    var json = JSONReader()
    var form = FormReader()
    var cookies = CookieReader()
    var multipart = MultipartReader()

    public init() {}
}
