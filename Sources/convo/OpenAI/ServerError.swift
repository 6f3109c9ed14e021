import ConversationHistory

/// Why a server gave no answer, or not the whole of one.
struct ServerError: Error, Hashable, CustomStringConvertible {
    /// Why, in a sentence.
    let description: String

    private init(_ description: String) { self.description = description }

    static let notUnderstood = ServerError("The server's answer could not be understood; is it a chat completions API?")

    static func unreachable(_ server: String) -> ServerError {
        ServerError("No server answers at \(server); is it running?")
    }

    static func connectionFailed(_ server: String) -> ServerError {
        ServerError("The connection to \(server) failed before there was an answer.")
    }

    static func insecure(_ server: String) -> ServerError {
        ServerError("No secure connection to \(server) could be made.")
    }

    static func brokenOff(_ server: String) -> ServerError {
        ServerError("The server at \(server) broke off in the middle of its answer; what has come is kept.")
    }

    static func silent(_ server: String, _ timeout: Duration) -> ServerError {
        let seconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18
        let text = seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
        return ServerError("The server at \(server) was silent for \(text) s; --timeout sets how long it may be.")
    }

    static func reported(_ message: String) -> ServerError {
        ServerError("The server reported an error" + (message.isEmpty ? "." : ": " + message))
    }

    /// Creates the error for a refusal.
    static func refused(_ server: String, status: Int, body: [UInt8]) -> ServerError {
        let hint =
            switch status {
            case 401, 403: " (look at OPENAI_API_KEY)"
            case 404: " (look at --endpoint and --model)"
            case 429: " (too many requests: wait a moment)"
            default: ""
            }
        let text = String(decoding: body.prefix(65536), as: UTF8.self)
        // A body that is no JSON is shown as it is, shortened.
        let message = (try? JSONValue(parsing: text)).map { Self.message(in: $0) ?? "" } ?? text
        let end = message.isEmpty ? "." : ": " + message
        return ServerError("The server at \(server) refused with HTTP status \(status)\(hint)\(end)")
    }

    /// Returns this error in a form that can be shown: short, on one line, without keys.
    func cleaned(of key: String?) -> ServerError {
        var words = description.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).map(String.init)
        for index in words.indices {
            if let key { words[index] = words[index].replacing(key, with: "[key]") }
            // Servers tell back parts of keys, with stars in them; all of OpenAI's begin like this.
            if let range = words[index].firstRange(of: "sk-") {
                words[index].replaceSubrange(range.lowerBound..., with: "[key]")
            }
        }
        let line = words.joined(separator: " ").withoutControls
        return ServerError(line.count > 300 ? line.prefix(299) + "…" : line)
    }

    /// Returns the message in the body of an error, in the ways in which servers write it.
    static func message(in body: JSONValue) -> String? {
        let error = body["error"]
        return error?["message"]?.stringValue ?? error?.stringValue ?? body["message"]?.stringValue
            ?? body["detail"]?.stringValue
    }
}
