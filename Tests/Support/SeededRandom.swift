import Glibc

/// Chance that can be repeated.
///
/// A run uses the seed its test names, so that the suite says the same thing every time; `SEED=…`
/// replaces it, to look elsewhere or to repeat what somebody saw.
public struct SeededRandom: RandomNumberGenerator {
    /// What to put in the message of a failed expectation.
    public let seed: UInt64
    private var state: UInt64

    public init(_ usual: UInt64) {
        let given = unsafe getenv("SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        seed = given ?? usual
        state = seed
    }

    /// SplitMix64: every seed is a good one, zero included.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True once in `times`.
    public mutating func once(in times: Int) -> Bool { below(times) == 0 }

    public mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[below(choices.count)]
    }

    /// `count` of the bytes in `alphabet`, as text.
    public mutating func text(_ count: Int, of alphabet: String) -> String {
        let letters = Array(alphabet.unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<count { text.append(pick(letters)) }
        return String(text)
    }
}
