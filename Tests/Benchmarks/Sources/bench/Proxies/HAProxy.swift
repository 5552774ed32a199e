/// HAProxy at its best: one thread, connections to the upstream shared by all clients, and a log
/// line a request on standard output, which is a file.
enum HAProxy {
    static func proxy(
        _ front: Front,
        in roster: Roster
    ) throws(Trouble) -> (command: [String], log: String) {
        let scheme = front.certificate == nil ? "http" : "https"
        let tls = front.certificate.map { " ssl crt \($0.both) alpn http/1.1" } ?? ""
        let servers = front.servers
            .map { "                server at-\($0) 127.0.0.1:\($0)" }
            .joined(separator: "\n")
        let text = """
            global
                nbthread 1
                maxconn 6000
                log stdout format raw local0 info
                tune.bufsize 32768
                tune.ssl.default-dh-param 2048
                ssl-default-bind-options ssl-min-ver TLSv1.2
                tune.pipesize 1048576
                maxpipes 100

            defaults
                mode http
                log global
                log-format '\(LogLine.haproxy)'
                unique-id-format %[uuid()]
                timeout connect 5s
                timeout client 1h
                timeout server 1h
                timeout http-request 30s
                timeout http-keep-alive 1h
                option dontlognull
                http-reuse always
                option splice-response

            frontend front
                bind 127.0.0.1:\(front.port) backlog 4096\(tls)
                unique-id-header X-Request-Id
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Proto \(scheme)
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
                http-request set-header X-Real-IP %[src]
                http-request set-header Forwarded for=%[src];host="%[req.hdr(host)]";proto=\(scheme)
                http-request set-header traceparent 00-%[unique-id]-00f067aa0ba902b7-00
                http-response set-header X-Request-Id %[unique-id]
                default_backend behind

            backend behind
                balance roundrobin
            \(servers)

            """
        let path = try roster.write(text, to: "haproxy.conf")
        return (["haproxy", "-db", "-f", path], roster.path("haproxy.out"))
    }
}
