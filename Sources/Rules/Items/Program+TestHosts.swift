extension Program {
    /// Gives each site the test hosts that another file says of it.
    ///
    /// Which names a site is tested under differs between machines, and the site itself does not. So an
    /// entry file may say `site api.example.com { test hosts localhost }` and nothing else of the site.
    /// Anything more would be a second site, and is judged as one.
    mutating func joinTestHosts() {
        var joined: [SiteItem] = sites.filter { !$0.saysTestHostsAlone }
        for addition in sites where addition.saysTestHostsAlone {
            let host = addition.hosts[0].value
            let index = joined.firstIndex { site in site.hosts.contains { $0.value == host } }
            if let index {
                joined[index].testHosts += addition.testHosts
            } else {
                joined.append(addition)
            }
        }
        sites = joined
    }
}

extension SiteItem {
    /// It names one host, and other names it is tested under, and says no more.
    fileprivate var saysTestHostsAlone: Bool {
        hosts.count == 1 && !testHosts.isEmpty && !isBroken && routes.isEmpty && cors.isEmpty
            && scope.isEmpty
    }
}

extension ScopeItem {
    /// Nothing is said in it.
    fileprivate var isEmpty: Bool {
        limits.isEmpty && exclusions.isEmpty && allowances.isEmpty && blocks.isEmpty
            && admits.isEmpty && headers.isEmpty && inspections.isEmpty && send == nil
            && accept == nil && timeout == nil
    }
}
