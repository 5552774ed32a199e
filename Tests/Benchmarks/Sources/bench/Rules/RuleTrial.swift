import Glibc
import HTTPWire
import Policy
import Rules
import Vocabulary

/// One policy under measurement: how it was compiled, and what judging a request costs.
final class RuleTrial {
    let sizes: RuleSizes
    /// CPU of one compilation, and the most memory it took beyond what there was.
    private(set) var compileMilliseconds: Double
    private(set) var peakBytes: Int
    /// What stays as long as the policy does.
    private(set) var residentBytes: Int
    private(set) var nanoseconds: [Double] = []
    private(set) var exclusionNanoseconds: [Double] = []

    private let policy: Policy
    private let heads: [Sent]
    private var desk = Desk()
    private var judgement: Judgement

    /// A head that is read once and judged many times.
    private final class Sent {
        var head = RequestHead()
        let client: IPAddress

        init(_ text: String, _ client: IPAddress) throws(Trouble) {
            self.client = client
            var input = ByteBuffer()
            input.append(text: text)
            var parser = RequestParser()
            let isWhole = try? parser.parse(&input, into: &head, from: BlockPool())
            guard isWhole == true else { throw Trouble("a request of the benchmark is no request") }
        }
    }

    init(_ sizes: RuleSizes) throws(Trouble) {
        self.sizes = sizes
        let files = sizes.files
        let tree = ProcessTree(of: getpid())
        try tree.forgetPeak()
        let before = tree.residentBytes
        let start = Self.cpuNanoseconds()
        guard
            let compiled = try? Rules.compile(entry: RuleSizes.entry, in: files, now: RuleSizes.now)
        else { throw Trouble("the rules of \(sizes.title) cannot be read") }
        compileMilliseconds = (Self.cpuNanoseconds() - start) / 1_000_000
        peakBytes = tree.peakBytes - before
        residentBytes = tree.residentBytes - before
        guard let policy = compiled.policy else {
            let first = compiled.diagnostics.all.first { $0.severity == .error }
            throw Trouble("the rules of \(sizes.title) do not compile: \(first?.message ?? "")")
        }
        self.policy = policy
        heads = try Self.requests(sizes)
        judgement = Judgement(Self.circumstances(IPAddress(v4: 0)))
    }

    /// Requests to routes all over the policy, from clients in no list.
    private static func requests(_ sizes: RuleSizes) throws(Trouble) -> [Sent] {
        var all: [Sent] = []
        for number in 0..<256 {
            let route = (number * 7919) % sizes.routes
            let (host, path) = sizes.request(route)
            let text = """
                GET \(path)?page=2 HTTP/1.1\r
                Host: \(host)\r
                User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r
                Accept: application/json\r
                Origin: https://shop.example.com\r
                Cookie: session=0123456789abcdef\r
                \r

                """
            all.append(try Sent(text, RuleSizes.client(number)))
        }
        return all
    }

    private static func circumstances(_ client: IPAddress) -> Circumstances {
        var found = Circumstances(
            now: RuleSizes.now,
            client: client,
            hash: KeyedHash(key: KeyedHash.Digest(high: 1, low: 2))
        )
        found.country = "DE"
        found.network = "AS3320"
        return found
    }

    // MARK: What is measured

    /// Everything once, so that what follows finds it where it will be.
    func warm() throws(Trouble) {
        try judge(20_000)
        try excuse(20_000)
        nanoseconds.removeAll()
        exclusionNanoseconds.removeAll()
    }

    /// Host, closed, CORS, route and block of so many requests, until their limits are to be charged.
    func judge(_ count: Int) throws(Trouble) {
        let all = heads.map { Self.circumstances($0.client) }
        let start = Self.cpuNanoseconds()
        var index = 0
        for _ in 0..<count {
            judgement.begin(all[index])
            let need = judgement.next(
                heads[index].head,
                body: RawSpan(),
                serverName: nil,
                under: policy,
                with: &desk
            )
            guard case .charges = need else {
                throw Trouble("a request of the benchmark came to \(need)")
            }
            index = (index &+ 1) & 255
        }
        nanoseconds.append((Self.cpuNanoseconds() - start) / Double(count))
    }

    /// What excuses a finding, asked for fields that are excused and fields that are not.
    func excuse(_ count: Int) throws(Trouble) {
        let fields = (0..<256).map { "json.field\($0 * 7 % (sizes.exclusions * 2))" }
        guard let route = policy.routes.first(where: { $0.name == "r0" }) else {
            throw Trouble("there is no route r0")
        }
        var found = 0
        let start = Self.cpuNanoseconds()
        for index in 0..<count {
            let field = fields[index & 255]
            if route.exclusions.exclusion(of: 0, in: field, at: RuleSizes.now) != nil { found += 1 }
        }
        exclusionNanoseconds.append((Self.cpuNanoseconds() - start) / Double(count))
        guard found <= count else { throw Trouble("more was excused than was asked") }
    }

    /// CPU of this thread: what else runs on the machine is not in it.
    static func cpuNanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
