public import Rules

/// A policy that uses all there is: every way a request can be decided upon.
public enum WholeLanguage {
    public static let files = TextFiles([
        "main.gate": text,
        "pages/soon.html": "<p>soon</p>",
        "lists/blocked.txt": "203.0.113.0/24\n10.0.0.1\n",
    ])

    static let text = #"""
        language 1
        gateway {
          close /_debug/** /.env
          headers {
            set x-frame-options "DENY"
            remove server
          }
        }
        auth jwt {
          issuer https://login.example.com
          audience "example"
          keys https://login.example.com/keys refresh 10m
          algorithms RS256
          user is token.sub
          role is token.role
        }
        access by invitation {
          signed with env("INVITATIONS")
          lists offices
          client certificates
          still open GET /healthz
          answer 403 with page "pages/soon.html"
        }
        maintenance {
          file "/run/maintenance"
          answer 503 with page "pages/soon.html" and retry after 10m
          still open GET /healthz
        }
        kill switch {
          file "/run/kill"
          stops blocking
          for at most 60m
        }
        inspect {
          monitor GET HEAD
          block POST PUT PATCH DELETE
          threshold 5
          threshold 7 for json
          threshold 6 for form
          threshold 6 for multipart
        }
        list offices of ip {
          198.51.100.0/24
          2001:db8:42::/48
          203.0.113.64/27 until 2027-02-01
        }
        list blocked of ip from "lists/blocked.txt" refresh 5m
        list origins of origin { https://app.example.com }
        list agents of text { "curl", "wget" }
        upstream api { servers 10.0.1.10:8443 }
        limit reading {
          for GET HEAD
          at most 300/m burst 60 per user or ip
          if redis is down let through
        }
        limit writing {
          for POST PUT PATCH DELETE
          at most 60/m per user or ip
          at most 1000/d per everyone
          if redis is down at most 10/m on each node
        }
        limit sign_in on login {
          at most 5/m per ip
          at most 20/h per json.email
          count failures
          if redis is down refuse
        }
        limit attackers {
          at most 10/h per ip
          count blocks
          shut out for 15m
          if redis is down at most 10/h on each node
        }
        limit tried {
          at most 10/s per header.x-client or ip
          on trial
          if redis is down refuse
        }
        signature WAF_SQLI_001 "union select" {
          class sqli
          severity critical
          known bad
          look in query, form, json, multipart, cookie, path
          after decode url, lowercase, join spaces
          match r"union (all )?select\b|;\s*(drop|alter) "
          catches "1' UNION  SELECT name"
          spares "the student union selected a new point"
        }
        signature WAF_XSS_001 "script element" {
          class xss
          severity warning
          look in query, form, json, path, header.user-agent, body, xml
          after decode url, decode html, lowercase
          match r"<script\b"
          catches "<script>alert(1)</script>"
          spares "a script"
        }
        signature WAF_SCAN_001 "attack tool" {
          class scanner
          severity warning
          on trial
          look in header.user-agent
          after lowercase
          contains "sqlmap", "nikto"
          catches "sqlmap/1.8"
          spares "Mozilla/5.0"
        }
        site api.example.com {
          send to api
          accept json, form up to 64KiB
          cors {
            origins origins
            methods GET POST PUT
            headers authorization, content-type
            credentials
            remember 10m
          }
          route login  POST /v1/login { public including POST because "people sign in before they hold a token" }
          route search GET /v1/search { public because "anyone may look" }
          route health GET /healthz { public because "monitors" }
          route user   GET PATCH /v1/users/:id
          route admin  GET POST DELETE /v1/admin/** { roles admin }
          route upload POST /v1/upload { accept multipart, xml, text up to 256KiB }
          route raw    PUT /v1/raw { accept bytes up to 1MiB }
          route old    GET /old { redirect to /v1 308 }
          route other  GET POST PUT PATCH DELETE /v1/**
          admit invited when token.invited is true
            else answer 403 with page "pages/soon.html"
          admit leveled when token.level is absent or token.level at least 2
          block banned when client.ip in blocked
          block impostor when client.bot is impostor
          block odd when (client.country is KP or client.asn is AS64501) and request.method is POST, PUT
          block tools when header.user-agent in agents
          block large when request.size above 32KiB and not (route is upload, raw)
          block words when query.q contains "drop table" or query.q starts with "'" or query.q ends with "--"
          block globs when request.path like "/v1/*/export"
          block regex when cookie.session matches r"[^0-9a-f]"
          block named when path.id is "0"
          block body when json.items[].price below 0 or form.price below 0
          block mail when multipart.note is "spam" or user.role is "guest" or user.id is "13"
          exclude sqli from json.password, json.email on login, user
            because "passphrases carry quotes"
            proved by "captures/a.har"
          exclude sqli from query.q on search
            because "people search for it"
            until 2027-03-31
            proved by "captures/b.har"
          allow offices to skip reading, invited, blocking
            because "QA-77"
            until 2027-01-31
          allow verified googlebot to skip reading, maintenance on search
            because "SEO-12"
            until 2027-04-30
          allow 10.0.0.0/24 to skip writing
            because "OPS-1"
            until 2027-01-31
          headers { set cache-control "no-store" }
        }
        """#
}
