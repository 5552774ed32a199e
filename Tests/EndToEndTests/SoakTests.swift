import Glibc
import TestSupport
import Testing

/// A few seconds of what `scripts/soak restarts` does for minutes.
struct SoakTests {
    @Test func `nobody notices reloads and upgrades, and nobody is refused by a kill`() throws {
        let program = RunningGatehouse.binary.replacing(/gatehouse$/, with: "soak")
        let words = ["restarts", "--quick", "--gatehouse", RunningGatehouse.binary]
        let soak = try ChildProcess(program, words)

        let code = soak.waitForExit(within: .seconds(90))

        if code == nil { soak.send(signal: SIGTERM) }
        let said = soak.lines(of: .output, atLeast: .max, within: .seconds(1)) { _ in true }
        #expect(code == 0, "\(said.joined(separator: "\n"))")
        #expect(said.last == "all holds")
    }
}
