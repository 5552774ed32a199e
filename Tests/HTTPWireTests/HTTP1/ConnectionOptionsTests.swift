import Testing
import Vocabulary

@testable import HTTPWire

struct ConnectionOptionsTests {
    private func options(_ values: String...) throws -> [Bool] {
        var options = ConnectionOptions()
        for value in values {
            let bytes = value.wire
            try unsafe options.read(bytes.span.bytes)
        }
        return [options.closes, options.keepsAlive, options.upgrades, options.nominatesFields]
    }

    @Test func `options are words of a list, in any case`() throws {
        let table: [(String, [Bool])] = [
            ("", [false, false, false, false]), ("close", [true, false, false, false]),
            ("Keep-Alive", [false, true, false, false]), ("UPGRADE", [false, false, true, false]),
            ("x-a", [false, false, false, true]), ("close,keep-alive", [true, true, false, false]),
            (" \tclose\t , upgrade", [true, false, true, false]),
            (",, ,close,", [true, false, false, false]),
            (", ,", [false, false, false, false]), ("closed", [false, false, false, true]),
            ("clos", [false, false, false, true]), ("close upgrade", [false, false, false, true]),
            ("x-a, close", [true, false, false, true]),
        ]
        for (value, expected) in table { #expect(try options(value) == expected, "\(value)") }
    }

    @Test func `several lines are one list`() throws {
        #expect(try options("keep-alive", "x-a", "upgrade") == [false, true, true, true])
    }

    @Test func `no more options than a head has fields, over all lines`() throws {
        let half = String(repeating: "a,", count: WireBounds.fieldCountMax / 2)
        #expect(try options(half, half)[3] == true)
        #expect(throws: WireError.headTooLarge) { try options(half, half, "close") }
    }

    @Test func `a request of HTTP 1 1 keeps its connection unless it says close`() {
        #expect(read(post()).facts?.keepsAlive == true)
        #expect(read(post("Connection: x", "Connection: a, CLOSE")).facts?.keepsAlive == false)
        #expect(read(post("Connection: keep-alive, close")).facts?.keepsAlive == false)
    }

    @Test func `a request of HTTP 1 0 closes its connection unless it says keep-alive`() {
        #expect(read(post(version: "1.0")).facts?.keepsAlive == false)
        #expect(read(post("Connection: Keep-Alive", version: "1.0")).facts?.keepsAlive == true)
        #expect(
            read(post("Connection: close, keep-alive", version: "1.0")).facts?.keepsAlive == false
        )
    }

    @Test func `a section knows which names its Connection fields hold`() throws {
        var head = RequestHead()
        var input = ByteBuffer()
        let bytes = post("Connection: X-A , x-b", "connection: close,,X-C").wire
        _ = try readRequest([bytes], into: &head, leaving: &input)
        let names = ["x-a", "X-B", "x-c", "close", "x-", "x-ab", "", "x-a , x-b", "host"]
        let nominated = NominatedNames(in: head.section)
        var named: [Bool] = []
        for name in names {
            let bytes = name.wire
            unsafe named.append(nominated.holds(bytes.span.bytes))
        }

        #expect(named == [true, true, true, true, false, false, false, false, false])
    }

    /// The names among `fields` that a head with these `options` nominates.
    private func nominated(_ options: [String], of fields: [String]) throws -> [String] {
        var head = RequestHead()
        var input = ByteBuffer()
        let bytes = post("Connection: " + options.joined(separator: ",")).wire
        _ = try readRequest([bytes], into: &head, leaving: &input)
        let names = NominatedNames(in: head.section)
        return fields.filter {
            let bytes = $0.wire
            return unsafe names.holds(bytes.span.bytes)
        }
    }

    @Test func `a name is told from one that differs in any one byte, and not by its case`() throws
    {
        let name = "x-abcdefghijklmnopqrstuvwxyz-0123456789!#$%&'*+.^_`|~"
        let letters = Array(name.utf8)
        var others: [String] = []
        for index in letters.indices {
            for bit: UInt8 in [1, 2, 4, 8, 16, 32, 64] {
                var changed = letters
                changed[index] ^= bit
                let other = String(decoding: changed, as: UTF8.self)
                if other.lowercased() != name { others.append(other) }
            }
        }
        others += [name + "x", String(name.dropLast()), String(name.dropFirst()), name + name]

        #expect(try nominated([name], of: others) == [])
        #expect(try nominated([name.uppercased()], of: [name]) == [name])
        #expect(try nominated([name], of: [name.uppercased()]) == [name.uppercased()])
    }

    @Test func `a hundred long names that begin alike are told apart`() throws {
        let stem = String(repeating: "x", count: 200)
        let all = (0..<100).map { "\(stem)-\($0)" }
        let even = stride(from: 0, to: 100, by: 2).map { all[$0] }
        #expect(try nominated(even, of: all) == even)
    }
}
