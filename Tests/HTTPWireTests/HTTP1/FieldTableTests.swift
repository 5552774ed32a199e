import Testing
import Vocabulary

@testable import HTTPWire

struct FieldTableTests {
    private func table(_ ids: [FieldName], from pool: BlockPool) -> FieldTable {
        var table = FieldTable()
        for (place, id) in ids.enumerated() {
            table.append(
                Field(name: ByteRange(place, 1), value: ByteRange(place, 2), id: id),
                from: pool
            )
        }
        return table
    }

    @Test func `fields stand in the order they came`() {
        let table = table([.other, .host, .accept, .host], from: BlockPool())

        let ids = (0..<table.count).map { table[$0].id }
        let values = (0..<table.count).map { table[$0].value }
        #expect(ids == [.other, .host, .accept, .host])
        #expect(values == (0..<4).map { ByteRange($0, 2) })
    }

    @Test func `a field is found by its name, the first of several`() {
        let table = table([.other, .host, .accept, .host], from: BlockPool())

        let places = (table.first(.host)?.name, table.first(.date)?.name)
        let has = (table.has(.accept), table.has(.date))
        #expect(places == (ByteRange(1, 1), nil))
        #expect(has == (true, false))
    }

    @Test func `a table that was released is empty and can be filled again`() {
        let pool = BlockPool()
        var table = table([.host], from: pool)
        table.release(to: pool)
        let facts = (table.count, table.has(.host))
        table.append(Field(name: .none, value: .none, id: .date), from: pool)

        let again = (table.count, table.has(.date))
        #expect(facts == (0, false))
        #expect(again == (1, true))
    }

    @Test func `a hundred fields fit in one block`() {
        #expect(WireBounds.fieldCountMax * MemoryLayout<Field>.stride <= BlockSize.table.byteCount)
    }
}
