import Testing

@testable import convo

@Suite struct ServerErrorTests {
    private func refusal(_ body: String, status: Int = 400, key: String? = "secret-key-1") -> String {
        ServerError.refused("http://h", status: status, body: Array(body.utf8)).cleaned(of: key).description
    }

    @Test(arguments: [
        (#"{"error":{"message":"No such model"}}"#, "No such model"), (#"{"error":"No such model"}"#, "No such model"),
        (#"{"message":"No such model"}"#, "No such model"), (#"{"detail":"No such model"}"#, "No such model"),
        ("No\r\n such\tmodel", "No such model"),
        // With what else the server says of it.
        (
            #"{"error":{"message":"No such model","type":"invalid_request_error","param":"model","#
                + #""code":"model_not_found"}}"#,
            "No such model (model_not_found, invalid_request_error)"
        ),
        (
            #"{"object":"error","message":"Too long","type":"BadRequestError","param":null,"code":400}"#,
            "Too long (BadRequestError)"
        ),
        (#"{"detail":[{"loc":["body","messages",0],"msg":"Field required"}]}"#, "body.messages.0: Field required"),
        (#"[{"error":{"code":400,"message":"Bad name","status":"INVALID_ARGUMENT"}}]"#, "Bad name (INVALID_ARGUMENT)"),
        (
            #"{"error":{"message":"Provider returned error","code":400,"metadata":{"provider_name":"Acme","#
                + #""raw":"{\"error\":{\"message\":\"too many tools\"}}"}}}"#,
            "Provider returned error (Acme) too many tools"
        ),
        (#"{"error":{"code":400,"reason":"odd"}}"#, #"{"code":400,"reason":"odd"}"#),
        ("data: {\"error\":{\"message\":\"In a stream\"}}\n\n", "In a stream"),
        ("event: error\ndata: {\"message\":\"In an event\"}\n", "In an event"),
        (#""only words""#, "only words"),
    ])
    func findsTheMessage(_ body: String, _ message: String) {
        #expect(refusal(body) == "The server at http://h answered with HTTP status 400: \(message)")
    }

    @Test func leavesOutKeys() {
        let text = refusal("Wrong keys: secret-key-1, 'secret-key-1'. sk-proj-ab***cd \"sk-xyz\"", status: 401)
        #expect(!text.contains("secret-key-1") && !text.contains("sk-"))
        #expect(text.contains("check OPENAI_API_KEY"))
    }

    @Test func isShortAndHarmless() {
        let text = refusal("\u{1B}[31m" + String(repeating: "long ", count: 1000))
        #expect(text.count == 300)
        #expect(!text.contains("\u{1B}"))
        #expect(refusal("{}") == "The server at http://h answered with HTTP status 400.")
        #expect(refusal("") == "The server at http://h answered with HTTP status 400.")
    }

    @Test func saysHowLongItWaited() {
        #expect(ServerError.timedOut("http://h", .seconds(60)).description.contains("sent nothing for 60 s"))
        #expect(ServerError.timedOut("http://h", .milliseconds(1500)).description.contains("sent nothing for 1.5 s"))
    }
}
