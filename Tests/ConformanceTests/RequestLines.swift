/// Which method each answer answers, guessed from the bytes a case sends.
///
/// An answer to HEAD has no body, so its reader must know the method. The guess only has to be
/// right for cases that use HEAD, and takes every line that ends like a request line for one.
struct RequestLines {
    private var methods: [String] = []

    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: 0x0A) {
            let words = line.split(separator: 0x20)
            guard let first = words.first, let last = words.last, words.count > 1 else { continue }
            guard last.starts(with: "HTTP/1.".utf8) else { continue }
            methods.append(String(decoding: first, as: UTF8.self))
        }
    }

    func method(_ index: Int) -> String {
        index < methods.count ? methods[index] : methods.last ?? "GET"
    }
}
