import Vocabulary

/// Who sent the request, as far as trusted proxies can vouch for it.
struct ClientAddress {
    /// nil on a Unix socket.
    var address: IPAddress?
    /// The request came through a proxy whose word is believed.
    var isThroughTrusted = false
    /// The client reached us, or that proxy, over TLS.
    var isSecure = false
}
