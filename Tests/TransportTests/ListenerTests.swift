import CLinux
import Glibc
import Testing

@testable import Transport

/// Whose the connections are that a listener has not accepted when it closes.
struct ListenerTests {
    /// A listener with a connection that waits, closed before it has accepted; who was served.
    private func served(leavingQueue: Bool) async throws -> (closed: Int, shared: Int) {
        try await onLoop { loop in
            let bound = try BoundAddress.bind(.tcp(.loopback, port: 0), workers: 1)
            let shared = try #require(
                BoundAddress(inherited: [dup(bound.descriptors[0])], at: bound.address, nil)
            )
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(client) }
            let code = unsafe bound.address.withKernelForm { unsafe connect(client, $0, $1) }
            try #require(code == 0)
            var counts = (closed: 0, shared: 0)

            let first = try Listener(bound.descriptors[0], on: loop)
            first.close(leavingQueue: leavingQueue)
            await first.accept { descriptor, _ in
                counts.closed += 1
                close(descriptor)
            }
            let second = try Listener(shared.descriptors[0], on: loop)
            second.close()
            await second.accept { descriptor, _ in
                counts.shared += 1
                close(descriptor)
            }
            return counts
        }
    }

    @Test func `a listener that closes takes those who wait`() async throws {
        let counts = try await served(leavingQueue: false)

        #expect(counts == (closed: 1, shared: 0))
    }

    @Test func `a listener that leaves its queue leaves them to who shares the socket`()
        async throws
    {
        let counts = try await served(leavingQueue: true)

        #expect(counts == (closed: 0, shared: 1))
    }
}
