import Transport

/// One worker's copy of an edition, with connections of its own to the edition's upstreams.
///
/// A request holds the one it began with. Where a newer edition has the same upstream, both lead to it
/// through the same outlet, so that no connection is closed for a line that changed elsewhere.
final class WorkingCopy {
    let edition: Edition
    /// By the upstreams' numbers.
    let outlets: [Outlet]

    /// - make: called for each upstream that the copy before did not lead to.
    init(_ edition: Edition, after old: WorkingCopy?, make: (Upstream) -> Outlet) {
        self.edition = edition
        let known = old?.outlets ?? []
        outlets = edition.upstreams.map { upstream in
            known.first { $0.upstream === upstream } ?? make(upstream)
        }
        for outlet in known where !outlets.contains(where: { $0 === outlet }) {
            outlet.pool.retire()
        }
    }
}
