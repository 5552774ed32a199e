/// HAProxy at its best: one thread, connections to the upstream shared by all clients, and a log
/// line a request on standard output, which is a file.
enum HAProxy {
    static func proxy(
        on port: UInt16,
        to upstream: UInt16,
        in roster: Roster
    ) throws(Trouble) -> (command: [String], log: String) {
        let text = """
            global
                nbthread 1
                maxconn 6000
                log stdout format raw local0 info
                tune.bufsize 32768
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
                bind 127.0.0.1:\(port) backlog 4096
                unique-id-header X-Request-Id
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Proto http
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
                http-request set-header X-Real-IP %[src]
                http-request set-header Forwarded for=%[src];host="%[req.hdr(host)]";proto=http
                http-request set-header traceparent 00-%[unique-id]-00f067aa0ba902b7-00
                http-response set-header X-Request-Id %[unique-id]
                default_backend behind

            backend behind
                server one 127.0.0.1:\(upstream)

            """
        let path = try roster.write(text, to: "haproxy.conf")
        return (["haproxy", "-db", "-f", path], roster.path("haproxy.out"))
    }
}
