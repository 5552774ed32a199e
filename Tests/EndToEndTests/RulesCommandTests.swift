import TestSupport
import Testing

/// `gatehouse check`, `explain`, `fields` and `fmt`, as an author runs them.
struct RulesCommandTests {
    private let path = freshPath("a.gate")

    private func write(_ text: String) throws { try TextFile.write(text, to: path) }

    @Test func `a file with nothing wrong exits 0, one with a mistake 1, and none 2`() throws {
        defer { TextFile.remove(path) }
        try write("upstream api { servers 10.0.0.1:80 }\nsite a.test { send to api }\n")
        let fine = try Program(["check", path])
        try write("upstream api { servers 10.0.0.1:80 }\nsite a.test { send to apy }\n")
        let wrong = try Program(["check", path])
        TextFile.remove(path)
        let missing = try Program(["check", path])

        #expect(fine.code == 0 && fine.errors == ["gatehouse: 1 file: nothing is wrong"])
        #expect(wrong.code == 1 && wrong.output.first == "error[E0203]: there is no upstream `apy`")
        #expect(wrong.errors == ["gatehouse: 1 file: 1 error"])
        #expect(
            missing.code == 2
                && missing.errors == ["gatehouse: `\(path)` cannot be read: there is no such file"]
        )
    }

    @Test func `an ended exception fails a strict check alone, by the day that is asked for`()
        throws
    {
        defer { TextFile.remove(path) }
        try write(
            """
            upstream api { servers 10.0.0.1:80 }
            list qa of ip { 192.0.2.0/24 }
            limit reading { for GET
              at most 5/m per ip
              if redis is down let through }
            site a.test {
              send to api
              allow qa to skip reading because "QA" until 2026-11-13
            }
            """
        )
        let loose = try Program(["check", path, "--now", "2026-11-20"])
        let strict = try Program(["check", path, "--now", "2026-11-20", "--strict"])
        let before = try Program(["check", path, "--now", "2026-10-20", "--strict"])

        #expect(loose.code == 0 && loose.output.first?.hasPrefix("warning[W0320]") == true)
        #expect(strict.code == 1)
        #expect(before.code == 0 && before.output.isEmpty)
    }

    @Test func `machines read the same facts`() throws {
        defer { TextFile.remove(path) }
        try write("site a.test { snd to api }\n")
        let json = try Program(["check", path, "--format", "json"])
        let github = try Program(["check", path, "--format", "github"])
        let sarif = try Program(["check", path, "--format", "sarif"])

        let facts =
            "\"id\":\"E0101\",\"severity\":\"error\",\"file\":\"\(path)\",\"line\":1,\"column\":15,\"endLine\":1,\"endColumn\":18"
        #expect(json.code == 1 && json.output.count == 1 && json.output[0].hasPrefix("[{" + facts))
        #expect(
            github.output == [
                "::error file=\(path),line=1,col=15,endLine=1,endColumn=18,title=E0101::"
                    + "`snd` is not something `site` can say: did you mean `send`?"
            ]
        )
        #expect(sarif.output.count == 1 && sarif.output[0].contains("\"version\":\"2.1.0\""))
        #expect(sarif.output[0].contains("\"ruleId\":\"E0101\",\"level\":\"error\""))
    }

    @Test func `no secret is shown, whatever is wrong around it`() throws {
        defer { TextFile.remove(path) }
        try write("store redis at \"redis://:hunter2@10.0.0.9\" wiht timeout 5s\n")
        for format in ["text", "json", "sarif", "github"] {
            let told = try Program(["check", path, "--format", format])
            #expect(told.code == 1 && !told.output.isEmpty)
            #expect(!(told.output + told.errors).contains { $0.contains("hunter2") }, "\(format)")
        }
    }

    @Test func `fmt writes the one layout, names what it changed, and then has nothing to do`()
        throws
    {
        defer { TextFile.remove(path) }
        try write("site  a.test {\n\n\n  send   to api }\n")
        let before = try Program(["fmt", "--check", path])
        let untouched = try TextFile.read(path)
        let changing = try Program(["fmt", path])
        let after = try Program(["fmt", "--check", path])

        #expect(before.code == 1 && before.output == [path])
        #expect(untouched.hasPrefix("site  a.test"))
        #expect(changing.code == 0 && changing.output == [path])
        #expect(try TextFile.read(path) == "site a.test {\n  send to api\n}\n")
        #expect(after.code == 0 && after.output.isEmpty)
    }

    @Test func `fmt leaves a file alone that it cannot read as rules`() throws {
        defer { TextFile.remove(path) }
        try write("site a.test {\n  send to \"api\n")
        let told = try Program(["fmt", path])

        #expect(told.code == 1 && told.output.first == "error[E0003]: this text never ends")
        #expect(try TextFile.read(path) == "site a.test {\n  send to \"api\n")
    }

    @Test func `explain prints a page, in whatever case its code is written`() throws {
        let told = try Program(["explain", "e0302"])

        #expect(told.code == 0 && told.errors.isEmpty)
        #expect(told.output.first == "E0302: a public route that writes")
        #expect(told.output.contains { $0.hasPrefix("    route order POST /v1/orders") })
    }

    @Test func `explain alone lists all codes, and one that is none is answered with the nearest`()
        throws
    {
        let list = try Program(["explain"])
        let slip = try Program(["explain", "E302"])

        #expect(list.code == 0 && list.output.count > 60)
        #expect(list.output.contains("E0302  a public route that writes"))
        #expect(slip.code == 2 && slip.output.isEmpty)
        #expect(
            slip.errors == ["gatehouse: there is no code `E302`; did you mean `E0302`?"]
        )
    }

    @Test func `fields is a table, with its columns one below the other`() throws {
        let told = try Program(["fields"])

        #expect(told.code == 0 && told.errors.isEmpty)
        #expect(
            told.output.first
                == "field                       type      may be absent  known from  privacy"
        )
        #expect(
            told.output.contains(
                "client.ip                   ip        no             1 host      personal"
            )
        )
        #expect(
            told.output.contains(
                "header.authorization        text      yes            1 host      secret"
            )
        )
        #expect(
            told.output.contains(
                "json.NAME                   value     yes            12 accept   personal"
            )
        )
    }

    @Test func `a machine reads the same fields`() throws {
        let told = try Program(["fields", "--format", "json"])
        let wrong = try Program(["fields", "--format", "xml"])

        let role =
            "{\"name\":\"user.role\",\"type\":\"text\",\"mayBeAbsent\":true,\"stage\":9,\"privacy\":\"public\"}"
        #expect(told.code == 0 && told.output.count == 1 && told.output[0].contains(role))
        #expect(wrong.code == 2 && wrong.errors.first?.contains("no format `xml`") == true)
    }
}
