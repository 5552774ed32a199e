import Testing
import Vocabulary

struct MethodSetTests {
    @Test func `it holds what it was made of, and nothing else`() {
        let set = MethodSet([.get, .patch])
        let all: [Method] = [
            .get, .head, .post, .put, .patch, .delete, .options, .connect, .trace, .other,
        ]
        #expect(all.filter(set.contains) == [.get, .patch])
        #expect(all.allSatisfy(MethodSet.all.contains))
    }

    @Test func `what nobody knows may change something`() {
        #expect(MethodSet.writing.contains(.other))
        #expect(MethodSet.writing.contains(.post))
        for method in [Method.get, .head, .options, .trace] {
            #expect(!MethodSet.writing.contains(method))
        }
    }

    @Test func `names come in the order in which rules name them`() {
        #expect(
            MethodSet([.delete, .options, .get, .other]).names == ["GET", "DELETE", "OPTIONS"]
        )
    }
}
