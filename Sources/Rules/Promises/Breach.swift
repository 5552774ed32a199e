import Policy
import Vocabulary

/// What a promise says, in the terms of the policy it is proved of.
enum Claim {
    case closed(PathPattern)
    /// Nobody gets through without a token, but on the routes excepted.
    case token(MethodSet, except: Set<String>)
    /// Every request is counted, but on the routes excepted.
    case limit(MethodSet, except: Set<String>)
    /// Findings of a class count, but in the fields excepted.
    case inspect(String, except: Set<String>)
}

/// A request that must not be possible, and what makes it so.
struct Breach {
    enum Cause: Equatable {
        /// The path is served.
        case served
        /// No token is asked for.
        case open
        /// The route has no limit for the method.
        case unlimited
        /// This line is the last that could count the request, and it has none of its keys.
        case uncounted(line: Int)
        /// These allowances of the route, by their numbers, take away what limits there are.
        case skipped(allowances: [Int], limit: Int)
        case excused(field: String, signature: Int, SourcePlace)
        /// This allowance of the route lets what is found pass.
        case unblocked(allowance: Int)
    }

    /// Who sends the request that shows it.
    enum Caller: Equatable {
        case stranger
        case user
        /// Its token is valid, and does not say who it is.
        case nobody
    }

    let cause: Cause
    /// -1 where the breach is of no route.
    var route = -1
    var method = Method.get
    var path = ""
    var caller = Caller.user
    var client: Clients.Kind?
}
