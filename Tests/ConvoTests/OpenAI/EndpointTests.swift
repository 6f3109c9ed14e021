import Foundation
import Testing

@testable import convo

@Suite struct EndpointTests {
    @Test(arguments: [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/chat/completions"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1/chat/completions"),
        ("http://localhost:1/v1", "http://localhost:1/v1/chat/completions"),
        ("https://example.org/api/v1/", "https://example.org/api/v1/chat/completions"),
        ("https://example.org/v1/chat/completions", "https://example.org/v1/chat/completions"),
        ("HTTPS://example.org/x?version=1#y", "HTTPS://example.org/x/chat/completions?version=1"),
    ])
    func findsThePath(_ address: String, _ url: String) throws {
        #expect(try Endpoint(address).url.absoluteString == url)
    }

    @Test func namesTheServerOnly() throws {
        #expect(try Endpoint("https://example.org:8443/secret?key=1").name == "https://example.org:8443")
        #expect(try Endpoint("http://[::1]:80/").name == "http://[::1]:80")
    }

    @Test(arguments: ["", "localhost", "ftp://example.org", "http://", "/v1", "http://a:b@example.org", "http://k@h"])
    func refuses(_ address: String) {
        #expect(throws: UsageError.self) { try Endpoint(address) }
    }
}
