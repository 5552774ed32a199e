import Glibc

/// nginx at its best: as the proxy under test, and as the upstream behind all three.
enum Nginx {
    /// What makes it cheap: connections to the upstream are kept, nothing is spooled to disk, the
    /// head and a small body arrive in one read (the header buffer is 1 KiB by default), a large
    /// answer moves in large pieces, and the log is written 64 KiB at a time.
    static func proxy(
        _ front: Front,
        in roster: Roster
    ) throws(Trouble) -> (command: [String], log: String) {
        let log = roster.path("nginx.log")
        let servers = front.servers
            .map { "                    server 127.0.0.1:\($0);" }
            .joined(separator: "\n")
        let scheme = front.certificate == nil ? "http" : "https"
        let text = """
            \(frame("nginx", roster))
                log_format line escape=json '\(LogLine.nginx)';
                access_log \(log) line buffer=64k flush=1s;
                client_header_buffer_size 8k;
                client_body_buffer_size 64k;
                upstream behind {
            \(servers)
                    keepalive \(128 * front.servers.count);
                    keepalive_requests 1000000000;
                    keepalive_timeout 1h;
                }
                server {
                    listen 127.0.0.1:\(front.port)\(scheme == "https" ? " ssl" : "") backlog=4096;
                    \(tls(front.certificate))
                    add_header X-Request-Id $request_id always;
                    location / {
                        proxy_pass http://behind;
                        proxy_http_version 1.1;
                        proxy_max_temp_file_size 0;
                        proxy_buffer_size 16k;
                        proxy_buffers 8 32k;
                        proxy_busy_buffers_size 64k;
                        proxy_hide_header X-Request-Id;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Forwarded-Proto \(scheme);
                        proxy_set_header X-Forwarded-Host $http_host;
                        proxy_set_header X-Real-IP $remote_addr;
                        proxy_set_header Forwarded 'for=$remote_addr;host="$http_host";proto=\(scheme)';
                        proxy_set_header X-Request-Id $request_id;
                        proxy_set_header traceparent 00-$request_id-00f067aa0ba902b7-00;
                    }
                }
            }

            """
        return (try command("nginx", text, roster), log)
    }

    /// Sessions resumed by ticket alone, as the others do it; no cache to look into.
    private static func tls(_ certificate: Certificate?) -> String {
        guard let certificate else { return "" }
        return """
            ssl_certificate \(certificate.certificate);
            ssl_certificate_key \(certificate.key);
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_session_cache off;
            ssl_session_tickets on;
            """
    }

    /// The upstream: 1,024 bytes from memory to whatever is asked, 1 MiB under `/large`.
    static func upstream(on ports: [UInt16], in roster: Roster) throws(Trouble) -> [String] {
        let line = "The quick brown fox jumps over the lazy dog, and then it rests; "
        let page = String(repeating: line, count: 16)
        _ = try roster.write(String(repeating: page, count: 1024), to: "large")
        let listen =
            ports
            .map { "                    listen 127.0.0.1:\($0) backlog=4096;" }
            .joined(separator: "\n")
        let text = """
            \(frame("upstream", roster))
                access_log off;
                default_type text/plain;
                sendfile on;
                sendfile_max_chunk 2m;
                open_file_cache max=8 inactive=1h;
                server {
            \(listen)
                    location / { return 200 "\(page)"; }
                    location = /large { root \(roster.folder); }
                }
            }

            """
        return try command("upstream", text, roster)
    }

    /// All that comes before the servers, alike for both parts.
    private static func frame(_ name: String, _ roster: Roster) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "    \($0)_temp_path \(roster.path("\(name)-\($0)"));" }
            .joined(separator: "\n")
        return """
            daemon off;
            \(getuid() == 0 ? "user root;" : "")
            worker_processes 1;
            worker_rlimit_nofile \(Limits.openFilesMin);
            pid \(roster.path("\(name).pid"));
            error_log \(roster.path("\(name).out")) error;
            events { worker_connections \(Limits.openFilesMin - 100); }
            http {
            \(temporary)
                keepalive_timeout 1h;
                keepalive_requests 1000000000;
                tcp_nodelay on;
            """
    }

    private static func command(
        _ name: String,
        _ text: String,
        _ roster: Roster
    ) throws(Trouble) -> [String] {
        let path = try roster.write(text, to: "\(name).conf")
        return ["nginx", "-e", roster.path("\(name).out"), "-p", roster.folder, "-c", path]
    }
}
