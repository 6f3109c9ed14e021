import ConversationHistory

/// The tool calls in a streamed answer, which arrive in parts.
///
/// In the format, an index identifies the call; the id and the name come once, followed by pieces of the arguments.
/// Servers omit or repeat any of these, or use one index for several calls, so all of a part decides which call it
/// belongs to.
struct StreamedCalls {
    private struct Call {
        let index: Int?
        var id = ""
        var name = ""
        var arguments = ""
        var extraContent: JSONValue?

        /// Whether the arguments are complete, because nothing can follow an object.
        var isComplete: Bool { StreamedCalls.isObject(arguments) }

        /// Whether there are no arguments yet, or only a placeholder.
        var isEmpty: Bool { StreamedCalls.isBlank(arguments) || arguments == "{}" }
    }

    private var calls: [Call] = []

    /// Adds a part of a call, or a complete call.
    mutating func add(_ part: JSONValue) {
        let index = part["index"]?.intValue
        let id = part["id"]?.stringValue ?? ""
        let name = part["function"]?["name"]?.stringValue ?? ""
        let arguments =
            switch part["function"]?["arguments"] {
            case .string(let text)?: text
            // Some servers send the object itself.
            case let object?: object.isNull ? "" : object.jsonString
            case nil: ""
            }
        var match = candidate(index: index, id: id, name: name)
        if let found = match, isOther(than: calls[found], id: id, name: name, arguments: arguments) { match = nil }
        if match == nil { calls.append(Call(index: index)) }
        let target = match ?? calls.count - 1
        if calls[target].id.isEmpty { calls[target].id = id }
        calls[target].name = Self.joined(calls[target].name, name)
        calls[target].arguments = Self.joined(arguments: calls[target].arguments, arguments)
        if let extra = part["extra_content"], extra.objectValue != nil { calls[target].extraContent = extra }
    }

    /// Returns the calls, each with a unique id, because results refer to calls by their ids.
    func complete(server: String?) -> [ToolCall] {
        var ids: Set<String> = []
        return calls.filter { !$0.name.isEmpty }.map { call in
            let isUsable = !call.id.isEmpty && ids.insert(call.id).inserted
            let id = isUsable ? call.id : "call-\(EntryID.unique())"
            var whole = ToolCall(id: id, name: call.name, text: call.arguments)
            if let server, let extra = call.extraContent {
                whole.additionalFields.ownFields = ServerFields(server: server, "extra_content", extra)
            }
            return whole
        }
    }

    /// Returns the position of the call that a part may belong to; `nil` for a new call.
    private func candidate(index: Int?, id: String, name: String) -> Int? {
        let ofID = id.isEmpty ? nil : calls.lastIndex { $0.id == id }
        if let ofID, index == nil || calls[ofID].index == index { return ofID }
        // A part without a name doesn't start a call, even if its id or index is new.
        if let index {
            let ofNone = name.isEmpty ? ofID ?? calls.lastIndex { $0.index == nil } : nil
            return calls.lastIndex { $0.index == index } ?? ofNone
        }
        return id.isEmpty || name.isEmpty ? calls.indices.last : nil
    }

    /// Whether a part starts a new call instead of continuing the candidate.
    private func isOther(than call: Call, id: String, name: String, arguments: String) -> Bool {
        guard !name.isEmpty, !call.name.isEmpty else { return false }
        let hasOtherID = !id.isEmpty && !call.id.isEmpty && id != call.id
        if !id.isEmpty, id == call.id { return false }
        if name != call.name {
            // A name that arrives in pieces comes after the id and before the arguments.
            return hasOtherID || call.id.isEmpty || !Self.isBlank(call.arguments)
        }
        if hasOtherID {
            // Some servers repeat the name with every part and send a new id each time, so the arguments decide.
            return call.isEmpty ? Self.isBlank(arguments) || Self.isObject(arguments) : call.isComplete
        }
        return call.arguments == "{}" ? Self.isObject(arguments) : call.isComplete && !Self.isBlank(arguments)
    }

    /// Appends a part to a name, unless the part repeats the name.
    private static func joined(_ name: String, _ part: String) -> String {
        part.hasPrefix(name) ? part : name == part || part.isEmpty ? name : name + part
    }

    /// Appends a part to arguments, unless the part repeats them.
    private static func joined(arguments: String, _ part: String) -> String {
        guard !isBlank(part), isObject(arguments) else { return arguments + part }
        // An empty object was only a placeholder.
        if arguments == "{}" { return part }
        // A complete value after a complete object is a repetition, which some servers send at the end. A part that
        // doesn't parse is not a repetition.
        return (try? JSONValue(parsing: part)) == nil ? arguments + part : arguments
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    private static func isObject(_ text: String) -> Bool {
        // A quick check, because most parts don't end like an object.
        guard text.last(where: { !$0.isWhitespace }) == "}" else { return false }
        // Arguments that don't parse are incomplete.
        return (try? JSONValue(parsing: text))?.objectValue != nil
    }
}
