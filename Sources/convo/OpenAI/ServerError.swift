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
        let message = Self.message(inBody: text)
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

    /// Returns what the body of a refusal says; a body that is no JSON is shown as it is.
    private static func message(inBody text: String) -> String {
        // What does not parse is a text.
        if let body = try? JSONValue(parsing: text) { return message(in: body) ?? "" }
        // A refusal of a stream may be a stream.
        var parser = EventStreamParser()
        let events = (try? parser.take(text.utf8)) ?? []
        let data = events + [parser.finish()].compactMap(\.self)
        // As above.
        let bodies = data.compactMap { try? JSONValue(parsing: $0) }
        return bodies.lazy.compactMap(message).first ?? text
    }

    /// Returns the message in the body of an error, in the ways in which servers write it, with what else tells the
    /// reader what was wrong.
    static func message(in body: JSONValue) -> String? {
        // Some servers put the error into an array.
        if let elements = body.arrayValue { return elements.lazy.compactMap(message).first }
        guard let error = body["error"], !error.isNull else { return body.stringValue ?? text(of: body) }
        return error.stringValue ?? text(of: error) ?? (error.objectValue?.isEmpty == false ? error.jsonString : nil)
    }

    /// Returns the message of an error, with its details.
    private static func text(of error: JSONValue) -> String? {
        // An error within an error is the one that says what happened.
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
        // What a server behind the server has said.
        guard let raw = error["metadata"]?["raw"], !raw.isNull else { return text }
        let cause = raw.stringValue.map(Self.message(inBody:)) ?? Self.message(in: raw) ?? raw.jsonString
        return text + " " + cause
    }

    /// Returns the messages of a list of errors, each with its place.
    private static func listed(_ errors: JSONValue) -> String? {
        guard let errors = errors.arrayValue else { return nil }
        let lines = errors.compactMap { error -> String? in
            guard let text = (error["msg"] ?? error["message"])?.stringValue else { return error.stringValue }
            let place = (error["loc"]?.arrayValue ?? []).map { $0.stringValue ?? $0.jsonString }
            return place.isEmpty ? text : place.joined(separator: ".") + ": " + text
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}
