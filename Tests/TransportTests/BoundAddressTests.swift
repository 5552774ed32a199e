import CLinux
import Glibc
import Testing

@testable import Transport

struct BoundAddressTests {
    private let any = SocketAddress.tcp(.loopback, port: 0)

    /// A path that no other test and no other run has.
    private func freshPath() -> String {
        var random = KernelRandom()
        return "/tmp/gatehouse-test-\(random.next()).sock"
    }

    private func dial(_ address: SocketAddress) -> Bool {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return unsafe address.withKernelForm { unsafe connect(descriptor, $0, $1) } == 0
    }

    @Test func `port zero becomes the port the kernel chose, the same for every worker`() throws {
        let bound = try BoundAddress.bind(any, workers: 3)
        defer { bound.close() }

        guard case .tcp(.loopback, let port) = bound.address else {
            Issue.record("it is bound to \(bound.address)")
            return
        }
        #expect(port != 0)
        #expect(Set(bound.descriptors).count == 3)
        #expect(dial(bound.address))
    }

    @Test func `IPv6 is bound as itself`() throws {
        let address = try #require(SocketAddress("[::1]:0"))
        let bound = try BoundAddress.bind(address, workers: 2)
        defer { bound.close() }

        #expect(bound.address.text.hasPrefix("[::1]:"))
        #expect(dial(bound.address))
    }

    @Test func `a port that is taken is refused, and the words say so`() throws {
        let first = try BoundAddress.bind(any, workers: 2)
        defer { first.close() }

        let failure = #expect(throws: ListenFailure.self) {
            _ = try BoundAddress.bind(first.address, workers: 2)
        }

        let words = "cannot listen on \(first.address): it is taken by another process"
        #expect(failure?.message == words)
    }

    @Test func `an address that no interface has is refused, and the words say so`() throws {
        let address = try #require(SocketAddress("192.0.2.1:0"))

        let failure = #expect(throws: ListenFailure.self) {
            _ = try BoundAddress.bind(address, workers: 1)
        }

        #expect(
            failure?.message == "cannot listen on 192.0.2.1:0: no interface of this machine has it"
        )
    }

    @Test func `a port is free again as soon as its listener has closed`() throws {
        let first = try BoundAddress.bind(any, workers: 1)
        #expect(dial(first.address))
        first.close()

        let second = try BoundAddress.bind(first.address, workers: 1)

        second.close()
    }

    @Test func `a Unix socket is shared by the workers and unlinked at the end`() throws {
        let path = freshPath()
        let bound = try BoundAddress.bind(.unix(path: path), workers: 3)

        #expect(Set(bound.descriptors).count == 3)
        #expect(dial(bound.address))
        bound.close()
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `the Unix socket of a dead process is removed`() throws {
        let path = freshPath()
        let address = SocketAddress.unix(path: path)
        let leftover = try BoundAddress.bind(address, workers: 1)
        for descriptor in leftover.descriptors { close(descriptor) }
        #expect(unsafe access(path, F_OK) == 0)

        let bound = try BoundAddress.bind(address, workers: 1)

        #expect(dial(address))
        bound.close()
    }

    @Test func `a Unix socket somebody listens on is left alone`() throws {
        let address = SocketAddress.unix(path: freshPath())
        let first = try BoundAddress.bind(address, workers: 1)
        defer { first.close() }

        let failure = #expect(throws: ListenFailure.self) {
            _ = try BoundAddress.bind(address, workers: 1)
        }

        #expect(
            failure?.message == "cannot listen on \(address): it is taken by another process"
        )
        #expect(dial(address))
    }

    @Test func `a Unix socket with a full queue is left alone, and nobody waits for it`() throws {
        let path = freshPath()
        let address = SocketAddress.unix(path: path)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let busy = socket(AF_UNIX, kind, 0)
        let made = unsafe address.withKernelForm { unsafe bind(busy, $0, $1) }
        #expect(made == 0 && listen(busy, 0) == 0)
        var dialled: [Int32] = []
        defer { for descriptor in dialled + [busy] { close(descriptor) } }
        repeat {
            dialled.append(socket(AF_UNIX, kind, 0))
        } while unsafe address.withKernelForm {
            unsafe connect(dialled[dialled.count - 1], $0, $1)
        } == 0

        #expect(throws: ListenFailure.self) { _ = try BoundAddress.bind(address, workers: 1) }

        #expect(unsafe access(path, F_OK) == 0)
        unsafe unlink(path)
    }

    @Test func `a datagram socket of that name is left alone`() throws {
        let path = freshPath()
        let address = SocketAddress.unix(path: path)
        let datagrams = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(datagrams) }
        #expect(unsafe address.withKernelForm { unsafe bind(datagrams, $0, $1) } == 0)

        #expect(throws: ListenFailure.self) { _ = try BoundAddress.bind(address, workers: 1) }

        #expect(unsafe access(path, F_OK) == 0)
        unsafe unlink(path)
    }

    @Test func `a file of that name is left alone`() throws {
        let path = freshPath()
        let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
        close(file)

        #expect(throws: ListenFailure.self) {
            _ = try BoundAddress.bind(.unix(path: path), workers: 1)
        }

        #expect(unsafe access(path, F_OK) == 0)
        unsafe unlink(path)
    }

    @Test func `a folder that is not there is said in the system's words`() {
        let failure = #expect(throws: ListenFailure.self) {
            _ = try BoundAddress.bind(.unix(path: freshPath() + "/a"), workers: 1)
        }

        #expect(failure?.message.hasSuffix(": No such file or directory") == true)
    }

    @Test func `a name that another process has taken over stays`() throws {
        let address = SocketAddress.unix(path: freshPath())
        let first = try BoundAddress.bind(address, workers: 2)
        // As when the first stops listening and finishes what is under way.
        for descriptor in first.descriptors { close(descriptor) }
        let second = try BoundAddress.bind(address, workers: 1)
        defer { second.close() }

        first.unbind()

        #expect(dial(address))
    }
}
