import Foundation

/// The URL of a server with a chat-completions API.
struct Endpoint: Hashable, Sendable {
    /// The URL for requests.
    let url: URL

    /// The scheme, host and port, for messages.
    let name: String

    /// Parses the URL of the server, of the API, or of the endpoint itself.
    ///
    /// - Throws: ``UsageError`` without a final period, because the caller appends a reference to the help.
    init(_ address: String) throws(UsageError) {
        guard var parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw UsageError("The value of --endpoint must be a URL such as http://127.0.0.1:11434/v1") }
        guard parts.user == nil, parts.password == nil else {
            throw UsageError("The value of --endpoint must not contain a password. Set OPENAI_API_KEY instead")
        }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        if parts.path.isEmpty { parts.path = "/v1" }
        if !parts.path.hasSuffix("/chat/completions") { parts.path += "/chat/completions" }
        parts.fragment = nil
        guard let url = parts.url else { throw UsageError("The value of --endpoint is not a valid URL") }
        self.url = url
        name = scheme + "://" + host + (parts.port.map { ":\($0)" } ?? "")
    }
}
