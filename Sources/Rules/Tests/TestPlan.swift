import Policy
import Vocabulary

/// The tests of a program, made ready: captures read, requests built, so that running them is judging only.
///
/// It is made once and run as often as somebody asks: `--faults` runs it for every fault it plants.
public struct TestPlan: Sendable {
    indirect enum Act: Sendable {
        case at(Int64)
        case condition(String)
        case repeating(Int, [Act])
        /// One request, or those of a capture.
        case send([TestRequest], SourceRange)
        case expect(VerdictItem)
        /// What stands here cannot be done.
        case broken(Diagnostic)
    }

    struct Test: Sendable {
        let title: Name
        let acts: [Act]
    }

    let tests: [Test]
    let sources: Sources
    /// What the clock says when a test begins.
    let now: Int64

    /// - filter: only tests whose titles contain it, in any letters.
    public init(
        _ program: Program,
        of sources: Sources,
        in files: some Files,
        now: Int64,
        filter: String? = nil
    ) {
        self.sources = sources
        self.now = now
        var library = CaptureLibrary(sources, files)
        let wanted = filter?.lowercased() ?? ""
        tests = program.tests
            .filter { wanted.isEmpty || $0.title.value.lowercased().contains(wanted) }
            .map { item in
                let acts = item.steps.map { Self.act($0, &library) }
                return Test(title: item.title, acts: acts + Self.complaint(item, acts))
            }
    }

    public var count: Int { tests.count }

    private static func act(_ step: TestItem.Step, _ library: inout CaptureLibrary) -> Act {
        switch step {
        case .at(let day): return .at(day.value.start)
        case .condition(let name): return .condition(name.value)
        case .repeating(let count, let steps):
            return .repeating(count.value, steps.map { act($0, &library) })
        case .expect(let verdict): return .expect(verdict)
        case .send(let item):
            if let request = TestRequest(item) { return .send([request], item.at) }
            return .broken(
                Diagnostic(
                    .testFails,
                    "this request cannot be sent",
                    at: item.url.at,
                    "not a URL that a client could ask for"
                )
                .help("write one like `https://api.example.com/v1/login`")
            )
        case .replay(let name):
            do throws(CaptureTrouble) {
                var requests: [TestRequest] = []
                for captured in try library.capture(name).requests {
                    guard let request = TestRequest(captured) else { throw .noURL }
                    requests.append(request)
                }
                return .send(requests, name.at)
            } catch { return .broken(error.diagnostic(name)) }
        }
    }

    /// A test that expects nothing would pass whatever the rules say.
    private static func complaint(_ item: TestItem, _ acts: [Act]) -> [Act] {
        guard !acts.contains(where: \.expects) else { return [] }
        return [
            .broken(
                Diagnostic(
                    .testFails,
                    "this test expects nothing",
                    at: item.title.at,
                    "it would pass whatever the rules say"
                )
                .help("say what must come of its request: `expect forwarded`")
            )
        ]
    }
}

extension TestPlan.Act {
    fileprivate var expects: Bool {
        switch self {
        case .expect, .broken: true
        case .repeating(_, let acts): acts.contains(where: \.expects)
        default: false
        }
    }
}
