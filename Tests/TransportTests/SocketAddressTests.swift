import CLinux
import Glibc
import Testing
import Vocabulary

@testable import Transport

extension IPAddress {
    static var loopback: IPAddress { IPAddress(v4: 0x7f00_0001) }
}

struct SocketAddressTests {
    @Test(arguments: [
        "127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:8080", "[2001:db8::7]:443",
        "[::]:0", "unix:/run/gatehouse.sock", "unix:/a b:c",
    ])
    func `an address is written as it was read`(text: String) throws {
        let address = try #require(SocketAddress(text))

        #expect(address.text == text)
        #expect("\(address)" == text)
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:", ":8080", "8080", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:+80", "127.0.0.1: 80", "127.0.0.1:80 ", "127.0.0.1:0x50", "127.0.0.1:８０",
        "127.1:80", "127.0.0.01:80", "256.0.0.1:80", "localhost:80", "::1:80", "[::1]", "[::1]:",
        "[::1", "::1]:80", "[]:80", "[::1%lo]:80", "unix:", "unix:relative", "unix:.", "Unix:/a",
        "http://127.0.0.1:80", "[127.0.0.1]:80",
    ])
    func `what is no address is not taken for one`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `a Unix path fits the kernel's room with its closing zero, or is refused`() {
        let longest = "/" + String(repeating: "a", count: 106)

        #expect(SocketAddress("unix:" + longest) == .unix(path: longest))
        #expect(SocketAddress("unix:" + longest + "a") == nil)
    }

    @Test(arguments: ["1.2.3.4:5678", "[2001:db8:1:2:3:4:5:6]:65535", "[::1]:1"])
    func `the kernel's form leads there and back`(text: String) throws {
        let address = try #require(SocketAddress(text))
        var storage = sockaddr_storage()

        let result = unsafe address.withKernelForm { form, count in
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.copyMemory(from: .init(start: form, count: Int(count)))
            }
            return Int32(count)
        }

        let size =
            address.family == AF_INET
            ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        #expect(result == Int32(size))
        #expect(SocketAddress.tcp(from: &storage) == address)
    }

    @Test func `the kernel's form has the bytes of the port and address in network order`() {
        let address = SocketAddress.tcp(IPAddress(v4: 0x0102_0304), port: 0x1F90)
        var bytes: [UInt8] = []

        _ = unsafe address.withKernelForm { form, count in
            unsafe bytes = Array(UnsafeRawBufferPointer(start: form, count: Int(count)))
            return 0
        }

        #expect(Array(bytes[2..<8]) == [0x1F, 0x90, 1, 2, 3, 4])
        #expect(UInt16(bytes[0]) == UInt16(AF_INET))
    }

    @Test func `a Unix path stands in the kernel's form with a zero after it`() {
        var bytes: [UInt8] = []

        _ = unsafe SocketAddress.unix(path: "/x/y").withKernelForm { form, count in
            unsafe bytes = Array(UnsafeRawBufferPointer(start: form, count: Int(count)))
            return 0
        }

        #expect(Array(bytes[2...]) == Array("/x/y".utf8) + [0])
    }

    @Test func `a Unix peer has no address`() {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)

        #expect(SocketAddress.tcp(from: &storage) == nil)
    }
}
