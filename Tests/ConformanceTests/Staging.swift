import TestSupport

/// How the program must run for a case; cases that agree in it share a running program.
struct Staging: Sendable, Hashable {
    /// As `GateFile` takes them.
    var rules: [String] = []
    var listen = "127.0.0.1:0"
    /// What the program meets where it looks for its upstream.
    var upstream = ListeningSocket.Manner.accepting
}
