import Testing

@testable import Vocabulary

struct BlockPoolTests {
    @Test func `the block given back last is handed out first`() {
        let pool = BlockPool()
        let first = unsafe pool.take(.head)
        let second = unsafe pool.take(.head)
        unsafe pool.give(first, .head)
        unsafe pool.give(second, .head)

        let again = unsafe pool.take(.head)
        let isSecond = unsafe again == second
        #expect(isSecond)
        unsafe again.deallocate()
    }

    @Test func `sizes are not mixed up`() {
        let pool = BlockPool()
        let small = unsafe pool.take(.table)
        unsafe pool.give(small, .table)

        let large = unsafe pool.take(.bulk)
        let isSmall = unsafe large == small
        #expect(!isSmall)
        unsafe large.deallocate()
    }

    @Test(arguments: BlockSize.all)
    func `spare blocks are kept up to a bound`(size: BlockSize) {
        let pool = BlockPool()
        var taken: [UInt] = []
        var buffers = 0
        // One more than is kept: the first ones given back stay, the last is freed.
        for _ in 0...size.spareMax {
            let block = unsafe pool.take(size)
            taken.append(UInt(bitPattern: block))
            buffers += 1
        }
        for address in taken {
            if let block = unsafe UnsafeMutableRawPointer(bitPattern: address) {
                unsafe pool.give(block, size)
            }
        }

        let kept = taken.dropLast()
        for address in kept.reversed() {
            let block = unsafe pool.take(size)
            let isSame = UInt(bitPattern: block) == address
            #expect(isSame)
            unsafe block.deallocate()
        }
        #expect(buffers == size.spareMax + 1)
    }

    @Test func `what is kept of each size stays within two and a half mebibytes`() {
        let kept = BlockSize.all.map { $0.spareMax * $0.byteCount }

        #expect(kept == [256 << 10, 1 << 20, 1 << 20])
    }

    @Test func `a size is known by its bytes`() {
        for size in BlockSize.all {
            let (below, same, above) = (
                BlockSize.of(size.byteCount - 1), BlockSize.of(size.byteCount),
                BlockSize.of(size.byteCount + 1)
            )
            #expect(below == nil)
            #expect(same == size)
            #expect(above == nil)
        }
    }

    @Test func `a table block holds the fields of the largest head`() {
        #expect(100 * 10 <= BlockSize.table.byteCount)
    }
}
