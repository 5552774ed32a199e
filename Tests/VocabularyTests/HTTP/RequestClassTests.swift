import Testing
import Vocabulary

struct RequestClassTests {
    @Test func `classes stand in the order in which they are given up`() {
        #expect(RequestClass.allCases.sorted() == [.batch, .write, .read, .auth, .health])
    }

    @Test func `each class has the name an operator writes, and no other`() {
        for rank in RequestClass.allCases { #expect(RequestClass("\(rank)") == rank) }
        for name in ["", "Read", "reads", "health "] { #expect(RequestClass(name) == nil) }
    }

    @Test func `what only asks is read, everything else may change something`() {
        let reading: [Method] = [.get, .head, .options]
        let all = (0...Method.other.rawValue).compactMap(Method.init(rawValue:))
        for method in all {
            #expect(RequestClass(of: method) == (reading.contains(method) ? .read : .write))
        }
    }
}
