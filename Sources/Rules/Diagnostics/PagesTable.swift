/// The pages of docs/diagnostics as scripts/pages found them: change those, not this.
enum PagesTable {
    static let texts: [String: String] = [
        "E0002": #"""
        # E0002: a hidden character

        The file holds a character that turns the direction of text, or a control character that nobody can see. With it a line can read
        one way on the screen and run another, and a reviewer approves what is not there. So it is refused everywhere, comments and texts
        included.

        **Before**

        ```text
        # allow ‹U+202E› everything
        ```

        **After**

        ```text
        # allow everything
        ```
        """#,
        "E0003": #"""
        # E0003: a text that never ends

        A text ends with a quote on the line it began on. Where the quote is missing, all that follows would be part of the text, and a
        rule would vanish into the words of another.

        **Before**

        ```gate in site
        route health GET /healthz { public because "probes }
        ```

        **After**

        ```gate in site
        route health GET /healthz { public because "probes" }
        ```
        """#,
        "E0004": #"""
        # E0004: something that does not belong there

        A word, a sign or a value stands where the sentence wants another, or after the sentence is over. Nothing is guessed: a word that
        was passed over in silence might be the one that was meant to protect something.

        **Before**

        ```gate in site
        route health GET /healthz { public to everyone because "probes" }
        ```

        **After**

        ```gate in site
        route health GET /healthz { public because "probes" }
        ```
        """#,
        "E0005": #"""
        # E0005: a block that never closes

        Each `{` has its `}`. Where one is missing, what follows would belong to the wrong block: a limit for one route would be a limit
        for all, or the other way round. The message points at the `{` that was left open, which is not always the one that was forgotten.

        **Before**

        ```gate
        upstream api {
          servers 10.0.1.10:8443
        ```

        **After**

        ```gate
        upstream api {
          servers 10.0.1.10:8443
        }
        ```
        """#,
        "E0006": #"""
        # E0006: a file that is missing

        An `include` names a file that is not there. Rules that were left behind on another machine would be rules that protect nobody, so
        nothing loads without them. A name is looked for beside the file that names it, then in the folders above.

        **Before**

        ```text
        include "list.gate"
        ```

        **After**

        ```text
        include "lists.gate"
        ```
        """#,
        "E0007": #"""
        # E0007: more than can be followed

        Blocks stand in blocks more than 16 deep, or a file, a list or the whole policy is larger than its bound. Every bound is in
        docs/bounds.md: a reload must end in time and in memory whatever the files hold.

        **Before**

        ```gate
        test "deep" { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 {
          repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 { repeat 2 {
            expect clean
          } } } } } } } } } } } } } } } } }
        ```

        **After**

        ```gate
        test "flat" { repeat 1000 { expect clean } }
        ```
        """#,
        "E0010": #"""
        # E0010: something that is not JSON

        What follows `json` or `token` in a test is sent as it stands, so it has to be JSON as every program reads it: names in quotes, no
        comma after the last value, no comments. A test that sends something else would prove something else.

        **Before**

        ```gate
        test "an order" { send POST https://api.example.com/v1/orders { json { "item": 1, } } }
        ```

        **After**

        ```gate
        test "an order" { send POST https://api.example.com/v1/orders { json { "item": 1 } } }
        ```
        """#,
        "E0101": #"""
        # E0101: a word that means nothing here

        Each block has its own few words, and this is none of them. It may be misspelt, or it may belong to another block. Nothing is
        passed over: a rule with a slip in its first word would be no rule at all.

        **Before**
        ```gate in site
        exclud sqli from query.q on search because "people search for it" proved by "captures/SEC-412.har"
        route search GET /v1/search
        ```

        **After**
        ```gate in site
        exclude sqli from query.q on search
          because "people search for it"
          proved by "captures/SEC-412.har"
        route search GET /v1/search
        ```
        """#,
        "E0102": #"""
        # E0102: something that compares nothing

        A question compares a field in words: `is`, `in`, `above`, `contains` and a few more. Signs such as `>` or `=` mean different
        things in different languages; words are read aloud, and everybody hears the same.

        **Before**

        ```gate in site
        block big when request.size > 64KiB
        ```

        **After**

        ```gate in site
        block big when request.size above 64KiB
        ```
        """#,
        "E0103": #"""
        # E0103: a method that is none here

        Methods are GET, HEAD, POST, PUT, PATCH and DELETE. OPTIONS is none of a route's: browsers ask with it before they call, and
        `cors` answers. A route can also be public only for methods that it takes.

        **Before**

        ```gate in site
        route health FETCH /healthz
        ```

        **After**

        ```gate in site
        route health GET /healthz
        ```
        """#,
        "E0104": #"""
        # E0104: `and` mixed with `or`

        Some languages decide `and` before `or`, some read from left to right, and few readers are sure. This one has no order to
        remember: where both stand, parentheses say which belongs together.

        **Before**

        ```gate in site
        block odd when client.country is KP or client.asn is AS64500 and request.method is POST
        ```

        **After**

        ```gate in site
        block odd when (client.country is KP or client.asn is AS64500) and request.method is POST
        ```
        """#,
        "E0105": #"""
        # E0105: something left unsaid

        A sentence ends before it has said all it must, or a block lacks what it cannot do without: a route that leads nowhere, a
        signature that looks for nothing, an `auth` that takes any algorithm. No default is filled in: it would be a decision that nobody
        made.

        **Before**

        ```gate in site
        route health
        ```

        **After**

        ```gate in site
        route health GET /healthz
        ```
        """#,
        "E0110": #"""
        # E0110: a field that is not there

        A question asks about a field that no request has. It would never be true, and a `block` that is never true looks like protection.
        `gatehouse fields` lists them all.

        **Before**

        ```gate in site
        block old_agent when req.agent contains "MSIE"
        ```

        **After**

        ```gate in site
        block old_agent when header.user-agent contains "MSIE"
        ```
        """#,
        "E0111": #"""
        # E0111: a value of another type

        Every field has a type, and it is compared with values of that type only. An address in quotes is a text, and comparing texts
        would miss the same address written another way. It is said of lists, paths and numbers too, where a value can never be what is
        asked for.

        **Before**

        ```gate in site
        block lab when client.ip is "203.0.113.7"
        ```

        **After**

        ```gate in site
        block lab when client.ip is 203.0.113.7
        ```
        """#,
        "E0112": #"""
        # E0112: something that cannot be above or below

        Only sizes, times, numbers and dates have an order. What it would mean for one country to be above another, every reader would
        answer differently.

        **Before**

        ```gate in site
        block far when client.country above DE
        ```

        **After**

        ```gate in site
        block far when client.country is DE
        ```
        """#,
        "E0113": #"""
        # E0113: a list where one value should be

        `is` compares with one value and `in` with many. The two are kept apart so that the reader knows, without looking the name up,
        whether one thing is meant or a whole list.

        **Before**

        ```gate in site
        block lab when client.ip is blocked
        ```

        **After**

        ```gate in site
        block lab when client.ip in blocked
        ```
        """#,
        "E0114": #"""
        # E0114: a list that is not there

        A rule names a list that no file declares. Without it the rule could hold for nobody or for everybody, so nothing loads until it
        is declared.

        **Before**

        ```gate in site
        block lab when client.ip in bloked
        ```

        **After**

        ```gate in site
        block lab when client.ip in blocked
        ```
        """#,
        "E0115": #"""
        # E0115: a pattern in plain quotes

        In `r"…"` a backslash stands for itself; in plain quotes it does not, and a pattern would silently look for something else.

        **Before**
        ```gate in signature
        match "sqlmap/\\d"
        class scanner
        severity warning
        spares "Mozilla/5.0"
        ```

        **After**
        ```gate in signature
        match r"sqlmap/\d"
        class scanner
        severity warning
        spares "Mozilla/5.0"
        ```
        """#,
        "E0116": #"""
        # E0116: a type that is not there

        A list is of one type, a body of one kind, a threshold for one place; and there are only so many of each. The type decides how
        entries are read and compared, so a wrong one cannot be passed over.

        **Before**

        ```gate
        list offices of addresses { 192.0.2.0/24 }
        ```

        **After**

        ```gate
        list offices of ip { 192.0.2.0/24 }
        ```
        """#,
        "E0120": #"""
        # E0120: a number with a strange unit

        Rates, times and sizes have their units written one way: 60/m, 10s, 64KiB. `KB` is refused too, since half of all readers take it
        for 1000 bytes and half for 1024.

        **Before**

        ```gate in limit
        at most 60/min per user or ip
        if redis is down at most 10/m on each node
        ```

        **After**

        ```gate in limit
        at most 60/m per user or ip
        if redis is down at most 10/m on each node
        ```
        """#,
        "E0121": #"""
        # E0121: an address and a network at once

        192.0.2.1/24 says one address and a whole network in the same breath. Whoever wrote it meant one of them, and the other is 256
        times as wide or as narrow. Write the network with its last bits zero, or the address alone.

        **Before**

        ```gate
        list offices of ip { 192.0.2.1/24 }
        ```

        **After**

        ```gate
        list offices of ip { 192.0.2.0/24 }
        ```
        """#,
        "E0122": #"""
        # E0122: a guardrail in the wrong unit

        Each guardrail measures one thing: p95 is a time, the others are shares in percent, and all of them may be compared with `stable`
        by a factor such as 2x. In another unit it would never fire, and a canary would have no way back.

        **Before**

        ```gate
        guardrails safe { p95 above 5% over 5m }
        ```

        **After**

        ```gate
        guardrails safe { p95 above 800ms over 5m }
        ```
        """#,
        "E0130": #"""
        # E0130: a no that says yes to those who have nothing

        `is not`, `not in` and `not ( … )` are true for everyone who lacks the field. `user.role is not "admin"` holds for every stranger,
        since a stranger has no role at all. Say which you mean: those who have another value, or also those who have none.

        **Before**

        ```gate in site
        block not_admin when user.role is not "admin"
        ```

        **After**

        ```gate in site
        block not_admin when user.role is present and user.role is not "admin"
        ```
        """#,
        "E0131": #"""
        # E0131: a question that is never true

        One field is asked to be two things at once. The answer is always no, so the rule does nothing, although it looks as if it did.

        **Before**

        ```gate in site
        block odd when client.country is KP and client.country is DE
        ```

        **After**

        ```gate in site
        block odd when client.country in KP, DE
        ```
        """#,
        "E0140": #"""
        # E0140: one name for two things

        Names are unique across all files, whatever the order of the files is. Two things of one name would leave it to chance which of
        them an exception, a test or a line of the log speaks of. A word of the language is no name for a rule either.

        **Before**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        upstream api { servers 10.0.2.10:8443 }
        ```

        **After**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        upstream api_next { servers 10.0.2.10:8443 }
        ```
        """#,
        "E0141": #"""
        # E0141: a setting said twice

        A setting has one value in one place. Elsewhere the later line wins, or the earlier one, and a merge of two branches can change
        what a policy does without anybody writing it. Here order means nothing, so the second line is refused.

        **Before**
        ```gate in site
        route health GET /healthz {
          timeout 5s
          timeout 10s
        }
        ```

        **After**
        ```gate in site
        route health GET /healthz {
          timeout 10s
        }
        ```
        """#,
        "E0201": #"""
        # E0201: something that is not one host

        A site names each host whole, and the hosts of all sites are the only ones that are served. A wildcard would serve names nobody
        has thought of. Test hosts are refused in production, where they would be a second and less watched way in.

        **Before**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        site *.example.com { send to api }
        ```

        **After**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        site api.example.com, admin.example.com { send to api }
        ```
        """#,
        "E0202": #"""
        # E0202: a host in two sites

        A request belongs to the site that names its host. Where two do, it would take an order to choose between them, and order means
        nothing here.

        **Before**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        site api.example.com { send to api }
        site api.example.com { send to api }
        ```

        **After**

        ```gate
        upstream api { servers 10.0.1.10:8443 }
        site api.example.com { send to api }
        ```
        """#,
        "E0203": #"""
        # E0203: a name that is not there

        A rule refers to a route or an upstream that no file declares. A limit on a route that does not exist limits nothing, so a slip in
        a name is never passed over.

        **Before**

        ```gate in site
        route orders GET /v1/orders { send to apy }
        ```

        **After**

        ```gate in site
        route orders GET /v1/orders { send to api }
        ```
        """#,
        "E0210": #"""
        # E0210: two routes that want one path

        The most specific route owns a path. Here two routes take a path and neither lies within the other, so readers would disagree
        about which one answers. A third route for the part they share settles it.

        **Before**

        ```gate in site
        route me       GET /v1/users/:id
        route settings GET /v1/:section/settings
        ```

        **After**

        ```gate in site
        route me       GET /v1/users/:id
        route settings GET /v1/:section/settings
        route shared   GET /v1/users/settings
        ```
        """#,
        "E0211": #"""
        # E0211: a route that is never reached

        A closed path is refused on every site before any route is chosen, and nothing reopens it. A route below it does nothing, and
        whoever reads it would believe otherwise.

        **Before**

        ```gate
        gateway { close /_debug/** }
        site api.example.com { route config GET /_debug/config { redirect to /v1/settings } }
        ```

        **After**

        ```gate
        gateway { close /_debug/** }
        site api.example.com { route config GET /v1/config { redirect to /v1/settings } }
        ```
        """#,
        "E0212": #"""
        # E0212: one route written twice

        Two routes take exactly the same paths; the names of their segments make no difference. A request could belong to either, with the
        rules of either. One path is one route, with all its methods.

        **Before**

        ```gate in site
        route read  GET  /v1/users/:id
        route write POST /v1/users/:name
        ```

        **After**

        ```gate in site
        route users GET POST /v1/users/:id
        ```
        """#,
        "E0301": #"""
        # E0301: a public route without a reason

        Every route wants a token unless it says `public`. That is an exception, and whoever finds it in a year has to know why it is
        there, or nobody will dare to remove it.

        **Before**

        ```gate in site
        route health GET /healthz { public }
        ```

        **After**

        ```gate in site
        route health GET /healthz { public because "load balancers and uptime monitors" }
        ```
        """#,
        "E0302": #"""
        # E0302: a public route that writes

        Reading in public is common; writing in public is how forms are flooded and passwords guessed. So a method that changes things
        stays closed until it is named in the sentence that opens it, where a reviewer sees it.

        **Before**
        ```gate in site
        route order POST /v1/orders { public because "guests may order" }
        ```

        **After**
        ```gate in site
        limit guessing on order {
          at most 5/m per ip
          if redis is down refuse
        }
        route order POST /v1/orders { public including POST because "guests may order" }
        ```
        """#,
        "E0303": #"""
        # E0303: public writing below a wildcard

        A route that ends in `**` holds every path below it, those of tomorrow included. Public and writing, it would open each new page
        to strangers on the day it is made. Give each path that strangers may write to a route of its own.

        **Before**

        ```gate in site
        route board PUT /board/** { public including PUT because "a board for everyone" }
        ```

        **After**

        ```gate in site
        route board PUT /board/notice { public including PUT because "a board for everyone" }
        ```
        """#,
        "E0304": #"""
        # E0304: an exception without a reason

        Whatever loosens a rule says why: an `allow`, an `exclude`, an `inspect` that looks less closely than the one around it. Without a
        reason nobody can judge later whether it is still needed, and it stays for ever.

        **Before**

        ```gate in site
        allow qa to skip reading
          until 2027-01-31
        ```

        **After**

        ```gate in site
        allow qa to skip reading
          because "the nightly suite, QA-77"
          until 2027-01-31
        ```
        """#,
        "E0305": #"""
        # E0305: skipping what nobody may skip

        Sign-in, roles, hosts, closed paths, CORS, `block` and what a route accepts hold for everyone. An address says where a request
        comes from, not who sends it, and an office has guests. What may be skipped are limits, an `admit`, `maintenance` and `blocking`.

        **Before**
        ```gate in site
        allow qa to skip auth
          because "QA-77"
          until 2027-01-31
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "E0306": #"""
        # E0306: skipping all limits

        An allowance names each limit it skips. `limits` would also skip those that are written next month, by somebody who has never
        heard of this line.

        **Before**
        ```gate in site
        allow qa to skip limits
          because "QA-77"
          until 2027-01-31
        ```

        **After**
        ```gate in site
        allow qa to skip reading, writing
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "E0307": #"""
        # E0307: skipping what is not there

        An allowance names a limit or an `admit` that no file declares. It would skip nothing now, and something unforeseen on the day a
        rule is given that name.

        **Before**
        ```gate in site
        allow qa to skip readng
          because "QA-77"
          until 2027-01-31
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "E0308": #"""
        # E0308: skipping what stops guessing

        A limit that counts failures, or that refuses while Redis is down, is what keeps passwords from being guessed. It holds for
        everyone: guessing from a trusted network is still guessing. For tests, sign in once and keep the token.

        **Before**
        ```gate in site
        allow qa to skip sign_in
          because "QA-77"
          until 2027-01-31
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "E0309": #"""
        # E0309: an allowance without an end

        An allowance ends, and a kill switch arms itself again. What has no end is forgotten: the test is over, the vendor is gone, and
        the hole is still there. An end makes somebody look at it once more.

        **Before**

        ```gate in site
        allow qa to skip reading
          because "QA-77"
        ```

        **After**

        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "E0322": #"""
        # E0322: an exception that lasts too long

        An exception lasts at most 180 days (`exceptions { last at most … }` changes that). It can be renewed as often as it is needed;
        each time somebody looks at it and says that it still is.

        **Before**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2029-01-01
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-05-01
        ```
        """#,
        "E0401": #"""
        # E0401: an origin that is not one

        CORS says whose pages may call with the visitor's session. With `*`, `null` or a wildcard any page on the web could act as the
        person who is signed in. Origins are named one by one and compared whole: a scheme, a host, perhaps a port, and no path.

        **Before**
        ```gate in site
        cors {
          origins *
          credentials
        }
        ```
        **After**
        ```gate in site
        cors {
          origins https://app.example.com
          credentials
        }
        ```
        """#,
        "E0501": #"""
        # E0501: a limit that is silent about Redis

        When Redis is away nobody can count, and that happens on the worst day. Whether requests then are refused, pass, or are counted on
        each machine alone is decided here, in daylight, and not by a default that nobody remembers.

        **Before**

        ```gate in limit
        for POST
        at most 60/m per user or ip
        ```

        **After**

        ```gate in limit
        for POST
        at most 60/m per user or ip
        if redis is down at most 10/m on each node
        ```
        """#,
        "E0502": #"""
        # E0502: public writing with nothing that holds

        Strangers may write here, and no limit holds while Redis is down: whoever waits for that day can guess passwords at full speed.
        Each of the public methods needs a limit that says `refuse` or `on each node`, and that nobody can get round: by `ip`, `everyone`, the host
        or a part of the path. A header or a field of the body is left out or changed at will, and a limit that counts blocks stops no guessing.

        **Before**
        ```gate in site
        route contact POST /contact { public including POST because "anyone may write to us" }
        ```

        **After**
        ```gate in site
        limit forms on contact {
          at most 5/m per ip
          if redis is down refuse
        }
        route contact POST /contact { public including POST because "anyone may write to us" }
        ```
        """#,
        "E0503": #"""
        # E0503: a limit that lets writes through

        While Redis is down this limit lets everything pass, and it covers methods that change things. Reading without a limit costs time;
        writing without one can cost data. `let through` is for limits on reading.

        **Before**
        ```gate in limit
        for GET POST
        at most 60/m per user or ip
        if redis is down let through
        ```

        **After**
        ```gate in limit
        for GET POST
        at most 60/m per user or ip
        if redis is down at most 10/m on each node
        ```
        """#,
        "E0504": #"""
        # E0504: a limit without a rate

        The limit says what happens without Redis, and for which methods, but not how much is too much. It would limit nothing and look as
        if it did.

        **Before**

        ```gate in limit
        for POST
        if redis is down refuse
        ```

        **After**

        ```gate in limit
        for POST
        at most 60/m per user or ip
        if redis is down refuse
        ```
        """#,
        "E0601": #"""
        # E0601: an exclusion without a route

        Without a route the same hole would be open on every route, those of next year included. A false positive was seen on one of them:
        name that one, or move the sentence into it.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "E0602": #"""
        # E0602: an exclusion of everything

        An exclusion names one class or one signature: what was found by mistake. Excluding all of them would switch inspection off for
        the field, and the field would be where every attack goes.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude all from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "E0603": #"""
        # E0603: a class or a signature that is not there

        An exclusion or an `inspect` names a class or a signature that nothing declares. The exclusion would excuse nothing, and the
        finding it was written for would go on blocking.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude sqly from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "E0604": #"""
        # E0604: an exclusion of a whole place

        An exclusion names one field, such as `query.q`. A whole place, such as `query`, would excuse every field in it, also those an
        attacker invents.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "E0607": #"""
        # E0607: an exclusion that can never apply

        The route takes no body of this kind, so the field never reaches it. Either the route or the place is wrong, and the false
        positive it was meant for is still blocked.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude sqli from json.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "E0609": #"""
        # E0609: a proof that the exclusion does not let through

        Something else is found in the capture, or it is refused before anything is looked at: another host, a path that no route has, a
        body of another type. So it does not show what the exclusion is for, and whoever sent it is still stopped.

        **Before**

        ```gate
        exclude sqli from query.q on search because "people search for O'Brien" proved by "captures/login.har"
        ```

        **After**

        ```gate
        exclude sqli from query.q on search because "people search for O'Brien" proved by "captures/search.har"
        ```
        """#,
        "E0702": #"""
        # E0702: a signature without a severity

        The severity says how many points a finding is worth: critical 5, error 4, warning 3, notice 2. Without one, or with a word that
        is none, it could not be said when a request is blocked.

        **Before**

        ```gate in signature
        class scanner
        spares "Mozilla/5.0"
        ```

        **After**

        ```gate in signature
        class scanner
        severity warning
        spares "Mozilla/5.0"
        ```
        """#,
        "E0703": #"""
        # E0703: a signature without a class

        Exclusions and promises speak of classes, so each signature belongs to one. A class that is not among the known ones is declared
        once, with a sentence on what it means; a misspelt one would slip out of every exclusion and every promise.

        **Before**

        ```gate in signature
        severity warning
        spares "Mozilla/5.0"
        ```

        **After**

        ```gate in signature
        class scanner
        severity warning
        spares "Mozilla/5.0"
        ```
        """#,
        "E0704": #"""
        # E0704: a signature without examples

        A signature carries its evidence: one text at least that it `catches`, and one that it `spares`. They are tried at every load, so
        a signature that has stopped working, or that catches honest people, is seen before it runs.

        **Before**

        ```gate in signature
        class scanner
        severity warning
        ```

        **After**

        ```gate in signature
        class scanner
        severity warning
        spares "Mozilla/5.0"
        ```
        """#,
        "E0705": #"""
        # E0705: a signature that misses its own example

        Each `catches` is tried at every load, as requests would bring it, in every place where the signature looks. One that is not
        caught shows a signature that guards nothing: its pattern is wrong, or a step is missing that brings the text into its form.

        **Before**

        ```gate in evidence
        catches "SQLMap/1.8"
        ```

        **After**

        ```gate in evidence
        after lowercase
        catches "SQLMap/1.8"
        ```
        """#,
        "E0706": #"""
        # E0706: a signature that catches what it spares

        Each `spares` is a harmless text that somebody may send. It is tried at every load, and a signature that would stop it does not
        load: better here than in front of an honest visitor.

        **Before**

        ```gate in evidence
        spares "how to defend against sqlmap"
        ```

        **After**

        ```gate in evidence
        spares "how to defend against SQL injection"
        ```
        """#,
        "E0710": #"""
        # E0710: a pattern that needs backtracking

        Lookaround and back-references take some engines exponential time on a text that somebody chooses for it. The engine here
        takes as long as the text is long, whatever it is, and so has neither.

        **Before**

        ```gate in evidence
        match r"tool(?!box)"
        ```

        **After**

        ```gate in evidence
        match r"tool\b"
        ```
        """#,
        "E0712": #"""
        # E0712: a pattern that cannot be read

        The regular expression is not one: a bracket is open, or there is nothing to repeat. In `r"…"` every character stands for
        itself, and what means something to the pattern is written with a backslash.

        **Before**

        ```gate in evidence
        match r"sqlmap("
        ```

        **After**

        ```gate in evidence
        match r"sqlmap\("
        ```
        """#,
        "E0713": #"""
        # E0713: a pattern that is too large

        Repetitions with a number are written out before they run, and one inside another multiplies. A pattern may take a megabyte
        so, and all of them together sixteen.

        **Before**

        ```gate in evidence
        match r"(a{1000}){1000}"
        ```

        **After**

        ```gate in evidence
        match r"a{1000}"
        ```
        """#,
        "E0801": #"""
        # E0801: a canary without a way back

        A canary is tried on a few so that it can be taken back before it harms many. Guardrails say when; without them it would grow on
        its own whatever happens, and somebody would have to be awake to stop it.

        **Before**

        ```gate in canary
        start at 5%
        ```

        **After**

        ```gate in canary
        start at 5%
        roll back on safe
        ```
        """#,
        "E0802": #"""
        # E0802: guardrails that are not there

        The canary rolls back on guardrails that no file declares. Nothing would be measured, and nothing would take it back.

        **Before**

        ```gate in canary
        start at 5%
        roll back on save
        ```

        **After**

        ```gate in canary
        start at 5%
        roll back on safe
        ```
        """#,
        "E0803": #"""
        # E0803: a kill switch that reaches too far

        The kill switch is for the moment when inspection stops honest people: it ends blocking and canaries for a while. Sign-in, limits,
        CORS and closed paths go on. A switch for those would be the first thing an attacker looks for.

        **Before**
        ```gate
        kill switch {
          stops blocking, auth
          for at most 60m
        }
        ```
        **After**
        ```gate
        kill switch {
          stops blocking, canary
          for at most 60m
        }
        ```
        """#,
        "E0805": #"""
        # E0805: TLS without a certificate

        A listener that speaks TLS shows a certificate to whoever comes. Without one every connection would end in its handshake, so nothing starts
        at all.

        **Before**

        ```gate
        gateway { listen :443 with tls }
        ```

        **After**

        ```gate
        gateway {
          listen :443 with tls
          certificate file("/etc/gatehouse/tls.crt") and key file("/etc/gatehouse/tls.key")
        }
        ```
        """#,
        "E0806": #"""
        # E0806: something about TLS where nobody speaks it

        What is said about TLS and reaches no listener protects nobody, and may have been meant to. Either a listener lacks its `with tls`, or
        the sentence belongs to another entry file.

        **Before**

        ```gate
        gateway { listen :443
          insist on https for 365d }
        ```

        **After**

        ```gate
        gateway { listen :443 with certificate file("/etc/tls.crt") and key file("/etc/tls.key")
          insist on https for 365d }
        ```
        """#,
        "E0807": #"""
        # E0807: a listener that contradicts itself

        A listener that sends everybody to https cannot be where https is spoken, and a Unix socket has no addresses a list could name. One of the
        two was meant for another place.

        **Before**

        ```gate
        gateway { listen unix "/run/gatehouse/web.sock" with proxy protocol from balancers }
        list balancers of ip { 10.20.0.0/24 }
        ```

        **After**

        ```gate
        gateway { listen unix "/run/gatehouse/web.sock" with proxy protocol }
        ```
        """#,
        "E0808": #"""
        # E0808: one place listened at twice

        The kernel gives an address to one listener. The second sentence about it would find it taken, by ourselves, and which of the two was meant
        is not for order to decide.

        **Before**

        ```gate
        gateway {
          listen 127.0.0.1:8080
          listen 127.0.0.1:8080 with proxy protocol
        }
        ```

        **After**

        ```gate
        gateway { listen 127.0.0.1:8080 with proxy protocol }
        ```
        """#,
        "E0809": #"""
        # E0809: a server nobody can reach

        An upstream is one server or more, each with an address or a name and with a port. Over TLS its certificate has to bear a name, which a
        Unix socket does not have by itself.

        **Before**

        ```gate
        upstream api { servers :9000 }
        ```

        **After**

        ```gate
        upstream api { servers 127.0.0.1:9000 }
        ```
        """#,
        "E0810": #"""
        # E0810: a WebSocket without GET

        A WebSocket is opened by a GET that asks for another protocol (RFC 6455, section 4.1). A route that does not take GET never opens one.

        **Before**

        ```gate in site
        route feed DELETE /feed { websocket }
        ```

        **After**

        ```gate in site
        route feed GET /feed { websocket }
        ```
        """#,
        "E0901": #"""
        # E0901: personal data in the log

        This field says who somebody is, or what they wrote, and the log would keep it as it is. Logs are copied, searched and kept for
        years. An address can be masked, everything can be hashed, and both still show what belongs together.

        **Before**

        ```gate
        log { keep request.method, client.ip }
        ```

        **After**

        ```gate
        log {
          keep request.method
          keep client.ip masked
        }
        ```
        """#,
        "E0902": #"""
        # E0902: a secret in the rules

        Rules are read by many people, kept in every copy of the repository, and shown in reviews and in the audit log. A secret stays
        outside: the rules name the variable or the file that holds it. One that has stood here is known now; replace it.

        **Before**

        ```gate
        store redis at "redis://:hunter2@10.0.0.9:6379"
        ```

        **After**

        ```gate
        store redis at env("REDIS_URL")
        ```
        """#,
        "E0903": #"""
        # E0903: a secret in the log

        Cookies and the fields that carry credentials are never logged, in no form: whoever has one can act as its owner, and a hash of it
        tells whether a guess was right. To see who called, keep the user, hashed.

        **Before**

        ```gate
        log { keep header.authorization hashed with env("GATEHOUSE_LOG_KEY") }
        ```

        **After**

        ```gate
        log { keep user.id hashed with env("GATEHOUSE_LOG_KEY") }
        ```
        """#,
        "E0905": #"""
        # E0905: a capture that was not scrubbed

        Captures lie beside the rules, and so in every copy of the repository. A token, a cookie or somebody's address in one is given to
        all who can read it. Put a placeholder of the same shape there; examples use `example.com` and 192.0.2.0/24. What stood there is
        known now: replace it.

        **Before**

        ```
        -H 'Cookie: session=8f2c11ab90'
        ```

        **After**

        ```
        -H 'Cookie: session=aaaaaaaaaa'
        ```
        """#,
        "E0906": #"""
        # E0906: a capture that cannot be read

        A capture is a HAR, or cURL commands as a browser copies them ("copy as cURL", for bash). Nothing in it is run: a variable, a
        pipe, or an option that reads a file would need a shell or a file that nobody else has.

        **Before**

        ```
        curl "https://api.example.com/search?q=$QUERY" -d @body.json
        ```

        **After**

        ```
        curl 'https://api.example.com/search?q=plan'
        ```
        """#,
        "E1001": #"""
        # E1001: what was promised closed is served

        A promise holds for every request there can be, and here is one that gets an answer. Promised paths are compared as closed ones
        are: without regard to case, and with or without a slash at the end. Close the path, or give the route a narrower one.

        **Before**
        ```gate
        site api.example.com { route old GET /** { redirect to /v2 } }
        promises { always closed /metrics }
        ```

        **After**
        ```gate
        gateway { close /metrics }
        site api.example.com { route old GET /** { redirect to /v2 } }
        promises { always closed /metrics }
        ```
        """#,
        "E1002": #"""
        # E1002: a promised token is not asked for

        A promise says that nobody gets through with these methods without a token, and here is a route that is public for one of them.
        Either the route may not be, or the promise has to name it: that is for those to decide who made the promise.

        **Before**
        ```gate in site
        route docs GET /docs { public because "everyone may read" }
        }
        promises { always need a token GET
        ```

        **After**
        ```gate in site
        route docs GET /docs { public because "everyone may read" }
        }
        promises { always need a token GET except docs
        ```
        """#,
        "E1003": #"""
        # E1003: a promised limit does not hold for everyone

        Somebody is not counted: no limit is for the method, an `allow` skips the last one, or all count by a key that a request can do
        without. A limit on trial, or one that counts what is blocked, holds nobody back.

        **Before**
        ```gate in site
        allow qa to skip writing because "QA" until 2027-01-31
        route orders PUT /v1/orders
        }
        promises { always limit PUT
        ```
        **After**
        ```gate in site
        allow qa to skip reading because "QA" until 2027-01-31
        route orders PUT /v1/orders
        }
        promises { always limit PUT
        ```
        """#,
        "E1004": #"""
        # E1004: a promised inspection has a gap

        A finding of the class would not count: it is excused in a field the promise does not name, somebody may skip `blocking`, or there
        is no such class. Reads that are only watched are inspected, and what is found is recorded.

        **Before**
        ```gate
        promises { always inspect sqli, xxs }
        ```

        **After**
        ```gate
        promises { always inspect sqli, xss }
        ```
        """#,
        "E1101": #"""
        # E1101: a test fails

        Under the `expect` stands what came instead, and below it why. The rule is wrong or the test is; such a version does not run.

        **Before**
        ```gate
        test "the old name is gone" {
          send GET https://old.example.com/
          expect refused by route
        }
        ```

        **After**
        ```gate
        test "the old name is gone" {
          send GET https://old.example.com/
          expect refused by host
        }
        ```
        """#,
        "N0213": #"""
        # N0213: a method answered 405

        A more specific route owns this path for every method, and does not list one that the wider route takes. Such a request is
        answered 405; it does not fall through to the wider route. That is often right, so it is shown with `--notes` only.

        **Before**

        ```gate in site
        route me    GET  /v1/users/me
        route users POST /v1/users/:id
        ```

        **After**

        ```gate in site
        route me    GET POST /v1/users/me
        route users POST /v1/users/:id
        ```
        """#,
        "N0511": #"""
        # N0511: what a raised threshold costs

        Above 5 points one critical finding no longer blocks by itself; it takes two findings together. This names the signatures that are
        affected. What must always block stays absolute with `known bad`. It is shown with `--notes` only.

        **Before**
        ```gate
        inspect {
          block POST PUT PATCH DELETE
          threshold 7 for json
        }
        ```
        **After**
        ```gate
        inspect {
          block POST PUT PATCH DELETE
          threshold 5 for json
        }
        ```
        """#,
        "W0150": #"""
        # W0150: a list that nobody reads

        A list is declared, and no rule refers to it. It may be left over, or the rule that should read it was never written, and then it
        looks like protection that is not there.

        **Before**

        ```gate
        list old_offices of ip { 192.0.2.0/24 }
        ```

        **After**

        ```gate in site
        block banned when client.ip in blocked
        ```
        """#,
        "W0151": #"""
        # W0151: allowed and blocked at once

        Some addresses may skip something, and are blocked as well. Blocking always wins, so one of the two lists is probably wrong.

        **Before**
        ```gate in site
        block lab when client.ip in qa
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```

        **After**
        ```gate in site
        block lab when client.ip in blocked
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "W0311": #"""
        # W0311: skipping a limit that does not apply

        The allowance skips a limit on a route to whose methods that limit does not apply, so it changes nothing. Probably another limit
        was meant, or another route.

        **Before**
        ```gate in site
        route health GET /healthz
        allow qa to skip writing on health
          because "QA-77"
          until 2027-01-31
        ```
        **After**
        ```gate in site
        route health GET /healthz
        allow qa to skip reading on health
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "W0320": #"""
        # W0320: an exception that has ended

        Its last day is over, and it has no effect any more. It warns and stops no reload: an old exception must never stand in the way of
        a fix. `gatehouse check --strict` fails on it, so that a merge cleans it up.

        **Before**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2026-11-13
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77, once more"
          until 2027-01-31
        ```
        """#,
        "W0321": #"""
        # W0321: an exception that ends soon

        In two weeks or less (`exceptions { warn … }` changes that) this has no effect any more. Renew it if it is still needed, or be
        ready for the day after.

        **Before**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2026-11-27
        ```

        **After**
        ```gate in site
        allow qa to skip reading
          because "QA-77"
          until 2027-01-31
        ```
        """#,
        "W0605": #"""
        # W0605: an exclusion that nothing proves

        With the request that was stopped by mistake beside it, each load can try whether the exclusion is still needed. Without it,
        nobody notices when the signature was mended, and the exclusion stays for ever.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
        ```

        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "W0606": #"""
        # W0606: an exclusion that is no longer needed

        The capture that proves the exclusion is clean without it: the signature was made better, or the client has changed. What is left
        is a hole that nobody needs. Every load replays the capture with the exclusion and without it, so exclusions retire themselves.

        **Before**
        ```gate
        exclude sqli from query.q on search
          because "people search for O'Brien" proved by "captures/SEC-412.har"
        ```

        **After**
        ```gate
        test "SEC-412: people may search for O'Brien" {
          replay "captures/SEC-412.har"
          expect every request clean
        }
        ```
        """#,
        "W0608": #"""
        # W0608: an exclusion of what nobody looks for

        No signature is of this class, so there is nothing to excuse. Perhaps the signatures it was made for are no longer included; then
        more than this exclusion is missing.

        **Before**
        ```gate in site
        route search GET /v1/search
        exclude xss from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        **After**
        ```gate in site
        route search GET /v1/search
        exclude sqli from query.q on search
          because "O'Brien"
          proved by "captures/SEC-412.har"
        ```
        """#,
        "W0711": #"""
        # W0711: a repetition of a repetition

        `(a+)+` finds what `a+` finds. Here it costs nothing, but in an engine that backtracks it takes exponential time, so the
        pattern cannot be shared with other tools; and mostly something else was meant.

        **Before**

        ```gate in evidence
        match r"(a+)+--"
        ```

        **After**

        ```gate in evidence
        match r"a+--"
        ```
        """#,
        "W0804": #"""
        # W0804: a canary that begins large

        A canary that begins above 10% is tried on many at once. What goes wrong is then felt before it is measured. Begin small, and let
        `grow to` do the rest.

        **Before**

        ```gate in canary
        start at 50%
        roll back on safe
        ```

        **After**

        ```gate in canary
        start at 5%
        grow to 50% after 1h
        roll back on safe
        ```
        """#,
        "W0904": #"""
        # W0904: something that looks like a secret

        A text here looks like a key, a token, or a URL with a password in it. If it is one, replace it and keep the new one outside; if
        not, write it another way. The message hides it, so that it does not spread to the terminal and the logs of a build.

        **Before**

        ```gate
        audit "https://ops:Sup3rS3cret@logs.example.com/in"
        ```

        **After**

        ```gate
        audit "/var/log/gatehouse/audit.jsonl"
        ```
        """#,
    ]
}
