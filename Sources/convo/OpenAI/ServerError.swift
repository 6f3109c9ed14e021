import ConversationHistory

/// An error of a server, or in its answer.
struct ServerError: Error, Hashable, CustomStringConvertible {
    /// The reason, in one or two sentences.
    let description: String

    private init(_ description: String) { self.description = description }

    static let notUnderstood = ServerError(
        "The server's answer could not be understood. Check that --endpoint is a chat-completions API."
    )

    static func unreachable(_ server: String) -> ServerError {
        ServerError("No server answers at \(server). Check that it is running.")
    }

    static func connectionFailed(_ server: String) -> ServerError {
        ServerError("The connection to \(server) failed before an answer arrived.")
    }

    static func insecure(_ server: String) -> ServerError {
        ServerError("A secure connection to \(server) could not be established.")
    }

    static func incomplete(_ server: String) -> ServerError {
        ServerError("The server at \(server) stopped in the middle of its answer. The part that arrived is saved.")
    }

    static func timedOut(_ server: String, _ timeout: Duration) -> ServerError {
        let seconds = Double(timeout.components.seconds) + Double(timeout.components.attoseconds) / 1e18
        let text = seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
        return ServerError("The server at \(server) sent nothing for \(text) s. Change this limit with --timeout.")
    }

    static func reported(_ message: String) -> ServerError {
        ServerError("The server reported an error" + (message.isEmpty ? "." : ": " + message))
    }

    /// Creates the error for an HTTP status other than 200.
    static func refused(_ server: String, status: Int, body: [UInt8]) -> ServerError {
        let hint =
            switch status {
            case 401, 403: " (check OPENAI_API_KEY)"
            case 404: " (check --endpoint and --model)"
            case 429: " (too many requests; wait a moment)"
            default: ""
            }
        let text = String(decoding: body.prefix(65536), as: UTF8.self)
        let message = Self.message(inBody: text)
        let end = message.isEmpty ? "." : ": " + message
        return ServerError("The server at \(server) answered with HTTP status \(status)\(hint)\(end)")
    }

    /// Returns this error for display: shortened, on one line, and without keys.
    func cleaned(of key: String?) -> ServerError {
        var words = description.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).map(String.init)
        for index in words.indices {
            if let key { words[index] = words[index].replacing(key, with: "[key]") }
            // Servers repeat parts of keys, with stars in them. All OpenAI keys have this prefix.
            if let range = words[index].firstRange(of: "sk-") {
                words[index].replaceSubrange(range.lowerBound..., with: "[key]")
            }
        }
        let line = words.joined(separator: " ").withoutControls
        return ServerError(line.count > 300 ? line.prefix(299) + "…" : line)
    }

    /// Returns the message in the body of an error, or the whole body if it is not JSON.
    private static func message(inBody text: String) -> String {
        // A body that doesn't parse is a stream of events or plain text.
        if let body = try? JSONValue(parsing: text) { return message(in: body) ?? "" }
        // The error of a streamed request may be a stream itself.
        var parser = EventStreamParser()
        let events = (try? parser.take(text.utf8)) ?? []
        let data = events + [parser.finish()].compactMap(\.self)
        // As above.
        let bodies = data.compactMap { try? JSONValue(parsing: $0) }
        return bodies.lazy.compactMap(message).first ?? text
    }

    /// Returns the message and the details in the body of an error, in any of the formats that servers use.
    static func message(in body: JSONValue) -> String? {
        // Some servers put the error into an array.
        if let elements = body.arrayValue { return elements.lazy.compactMap(message).first }
        guard let error = body["error"], !error.isNull else { return body.stringValue ?? text(of: body) }
        return error.stringValue ?? text(of: error) ?? (error.objectValue?.isEmpty == false ? error.jsonString : nil)
    }

    /// Returns the message of an error object, with its details.
    private static func text(of error: JSONValue) -> String? {
        // A nested error has the actual message.
        if let inner = error["error"], !inner.isNull { return message(in: error) }
        let message = error["message"] ?? error["detail"] ?? error["msg"]
        guard var text = message?.stringValue ?? message.flatMap(listed), !text.isEmpty else { return nil }
        let names = [
            error["code"], error["type"], error["status"], error["innererror"]?["code"], error["param"],
            error["metadata"]?["provider_name"],
        ]
        var details: [String] = []
        for case .string(let name)? in names where !name.isEmpty && !text.contains(name) && !details.contains(name) {
            details.append(name)
        }
        if !details.isEmpty { text += " (\(details.joined(separator: ", ")))" }
        // The error of the provider behind the server.
        guard let raw = error["metadata"]?["raw"], !raw.isNull else { return text }
        let cause = raw.stringValue.map(Self.message(inBody:)) ?? Self.message(in: raw) ?? raw.jsonString
        return text + " " + cause
    }

    /// Returns the messages of a list of errors, each with its location.
    private static func listed(_ errors: JSONValue) -> String? {
        guard let errors = errors.arrayValue else { return nil }
        let lines = errors.compactMap { error -> String? in
            guard let text = (error["msg"] ?? error["message"])?.stringValue else { return error.stringValue }
            let path = (error["loc"]?.arrayValue ?? []).map { $0.stringValue ?? $0.jsonString }
            return path.isEmpty ? text : path.joined(separator: ".") + ": " + text
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}
