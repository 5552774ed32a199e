/// What each stage found, for `explain`: kept only when somebody asks.
public final class Trace {
    public struct Line: Sendable {
        public let stage: Stage
        public let text: String
        public let place: SourcePlace
    }

    public private(set) var lines: [Line] = []

    public init() {}

    func say(_ stage: Stage, _ text: String, _ place: SourcePlace = .none) {
        lines.append(Line(stage: stage, text: text, place: place))
    }
}
