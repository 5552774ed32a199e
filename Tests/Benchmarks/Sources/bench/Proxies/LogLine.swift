/// The access log's line, field for field what the gateway writes, in each peer's language.
enum LogLine {
    static let nginx = line([
        "ts": "$time_iso8601", "method": "$request_method", "path": "$uri",
        "status": "$status", "latency": "$request_time", "id": "$request_id",
        "upstream": "$upstream_addr",
    ])

    static let haproxy = line([
        "ts": "%Ts.%ms", "method": "%HM", "path": "%{+E}HPO",
        "status": "%ST", "latency": "%Ta", "id": "%ID",
        "upstream": "%si:%sp",
    ])

    private static func line(_ words: [String: String]) -> String {
        func word(_ name: String) -> String { words[name] ?? "" }
        return """
            REQUEST_LOG: {"ts":"\(word("ts"))","method":"\(word("method"))",\
            "path":"\(word("path"))","status_code":\(word("status")),\
            "latency_ms":\(word("latency")),"auth_result":"","waf_rule":"",\
            "request_id":"\(word("id"))","rate_limit_state":"","rate_limit_key":"",\
            "tokens_remaining":null,"rl_backend":"","reason":"",\
            "upstream":"\(word("upstream"))"}
            """
    }
}
