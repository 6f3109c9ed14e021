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
    ])
    func findsTheMessage(_ body: String, _ message: String) {
        #expect(refusal(body) == "The server at http://h refused with HTTP status 400: \(message)")
    }

    @Test func leavesOutKeys() {
        let text = refusal("Wrong keys: secret-key-1, 'secret-key-1'. sk-proj-ab***cd \"sk-xyz\"", status: 401)
        #expect(!text.contains("secret-key-1") && !text.contains("sk-"))
        #expect(text.contains("look at OPENAI_API_KEY"))
    }

    @Test func isShortAndHarmless() {
        let text = refusal("\u{1B}[31m" + String(repeating: "long ", count: 1000))
        #expect(text.count == 300)
        #expect(!text.contains("\u{1B}"))
        #expect(refusal("{}") == "The server at http://h refused with HTTP status 400.")
        #expect(refusal("") == "The server at http://h refused with HTTP status 400.")
    }

    @Test func saysHowLongItWaited() {
        #expect(ServerError.silent("http://h", .seconds(60)).description.contains("silent for 60 s"))
        #expect(ServerError.silent("http://h", .milliseconds(1500)).description.contains("silent for 1.5 s"))
    }
}
