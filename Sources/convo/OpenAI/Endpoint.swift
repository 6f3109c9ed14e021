import Foundation

/// The address of a server that speaks chat completions.
struct Endpoint: Hashable, Sendable {
    /// The address that requests go to.
    let url: URL

    /// The scheme, host and port, for messages.
    let name: String

    /// Understands an address: of the API, of the server, or of the very path.
    ///
    /// - Throws: ``UsageError`` without a full stop, as its end says where to read more.
    init(_ address: String) throws(UsageError) {
        guard var parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw UsageError("The endpoint must be an address such as http://127.0.0.1:11434/v1") }
        guard parts.user == nil, parts.password == nil else {
            throw UsageError("The endpoint must not hold a password; set OPENAI_API_KEY instead")
        }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        if parts.path.isEmpty { parts.path = "/v1" }
        if !parts.path.hasSuffix("/chat/completions") { parts.path += "/chat/completions" }
        parts.fragment = nil
        guard let url = parts.url else { throw UsageError("The endpoint is not a valid address") }
        self.url = url
        name = scheme + "://" + host + (parts.port.map { ":\($0)" } ?? "")
    }
}
