import Rules
import Testing
import Vocabulary

/// Names a site is tested under, said by the file that knows the machine.
struct TestHostTests {
    private static let site = """
        upstream api { servers 127.0.0.1:9000 }
        site api.example.com {
          send to api
          route all GET /**
        }

        """

    private func check(_ entry: String) throws -> Checked {
        let files = TextFiles(["conf/dev.gate": entry, "site.gate": Self.site])
        return try Rules.check(entry: "conf/dev.gate", in: files, now: 0)
    }

    @Test("an entry file gives a site a name for tests")
    func isJoined() throws {
        let checked = try check(
            "environment staging\ninclude \"site.gate\"\nsite api.example.com { test hosts localhost, ci.example.com }\n"
        )

        #expect(checked.diagnostics.all.map(\.id) == [])
        #expect(checked.program.sites.count == 1)
        #expect(checked.program.sites[0].testHosts.map(\.value) == ["localhost", "ci.example.com"])
        #expect(checked.program.sites[0].routes.count == 1)
    }

    @Test("in production it does not")
    func isNoneInProduction() throws {
        let checked = try check(
            "environment production\ninclude \"site.gate\"\n"
                + "site api.example.com { test hosts localhost }\n"
        )

        #expect(checked.diagnostics.all.map(\.id) == [.notOneHost])
    }

    @Test("whoever says more of a site says it twice")
    func isNoWayIn() throws {
        let checked = try check(
            "environment staging\ninclude \"site.gate\"\n"
                + "site api.example.com { test hosts localhost\n headers { remove server } }\n"
        )

        #expect(checked.diagnostics.all.map(\.id) == [.hostInTwoSites])
    }
}
