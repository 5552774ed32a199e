import Testing
import Vocabulary

struct LockTests {
    @Test func `one at a time changes what a lock holds`() async {
        let count = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<2000 { count.value.withLock { $0 += 1 } }
                }
            }
        }

        let sum = count.value.withLock { $0 }
        #expect(sum == 16_000)
    }

    private final class Counter: Sendable {
        let value = Lock(0)
    }
}
