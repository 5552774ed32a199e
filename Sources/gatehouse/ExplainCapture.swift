import Policy
import Rules
import Vocabulary

/// `gatehouse explain CAPTURE`: why the rules do what they do with the requests in it.
enum ExplainCapture {
    static let flags = ["-c", "--now", "--format"]

    /// - path: a HAR, or cURL commands.
    static func main(_ path: String, _ options: Explain.Options) {
        do throws(FileTrouble) {
            let bytes = try DiskFiles().read(path, upTo: CaptureBounds.fileByteMax)
            do throws(CaptureFault) {
                explain(try Capture.read(bytes), options)
            } catch {
                Terminal.fail("gatehouse: `\(path)` is no capture: \(error.words)\n", code: 2)
            }
        } catch {
            Terminal.fail("gatehouse: `\(path)` cannot be read: \(error.words)\n", code: 2)
        }
    }

    private static func explain(_ capture: Capture, _ options: Explain.Options) {
        let file = options.file ?? EntryFile.path
        do throws(FileTrouble) {
            let compiled = try Rules.compile(entry: file, in: DiskFiles(), now: options.now)
            guard let policy = compiled.policy else {
                let count = compiled.diagnostics.count(.error)
                let help = "`gatehouse check \(file)` says which"
                Terminal.fail("gatehouse: `\(file)` has \(count) errors; \(help)\n", code: 2)
            }
            let requests = Rules.explain(capture, under: policy, now: options.now)
            guard !options.isJSON else {
                return Terminal.print(TestJSONReport.text(requests).text)
            }
            Terminal.print(requests.map(\.plain).joined(separator: "\n"))
        } catch {
            Terminal.fail("gatehouse: `\(file)` cannot be read: \(error.words)\n", code: 2)
        }
    }
}
