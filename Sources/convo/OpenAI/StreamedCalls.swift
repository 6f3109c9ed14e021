import ConversationHistory

/// The calls of tools in a streamed answer, which come in parts.
///
/// The format tells them apart by an index, gives id and name once, and then pieces of the arguments. Servers leave any
/// of these out, repeat them, or give several calls one index; so a part is assigned by all that it holds.
struct StreamedCalls {
    private struct Call {
        let index: Int?
        var id = ""
        var name = ""
        var arguments = ""
        var extraContent: JSONValue?

        /// Whether there are arguments, and all of them: behind an object nothing more can come.
        var isWhole: Bool { StreamedCalls.isObject(arguments) }

        /// Whether there are no arguments yet, or those that stand for them.
        var isEmpty: Bool { StreamedCalls.isBlank(arguments) || arguments == "{}" }
    }

    private var calls: [Call] = []

    /// Takes in a part of a call, or a whole one.
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
        var place = place(index: index, id: id, name: name)
        if let found = place, isOther(than: calls[found], id: id, name: name, arguments: arguments) { place = nil }
        if place == nil { calls.append(Call(index: index)) }
        let target = place ?? calls.count - 1
        if calls[target].id.isEmpty { calls[target].id = id }
        calls[target].name = Self.joined(calls[target].name, name)
        calls[target].arguments = Self.joined(arguments: calls[target].arguments, arguments)
        if let extra = part["extra_content"], extra.objectValue != nil { calls[target].extraContent = extra }
    }

    /// Returns the calls, each with an id of its own, as a result refers to its call by the id.
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

    /// Returns the call that a part may belong to; `nil` if it can belong to none.
    private func place(index: Int?, id: String, name: String) -> Int? {
        let ofID = id.isEmpty ? nil : calls.lastIndex { $0.id == id }
        if let ofID, index == nil || calls[ofID].index == index { return ofID }
        // What has no name begins no call, whatever else is new about it.
        if let index {
            let ofNone = name.isEmpty ? ofID ?? calls.lastIndex { $0.index == nil } : nil
            return calls.lastIndex { $0.index == index } ?? ofNone
        }
        return id.isEmpty || name.isEmpty ? calls.indices.last : nil
    }

    /// Whether a part begins another call than the one in its place.
    private func isOther(than call: Call, id: String, name: String, arguments: String) -> Bool {
        guard !name.isEmpty, !call.name.isEmpty else { return false }
        let hasOtherID = !id.isEmpty && !call.id.isEmpty && id != call.id
        if !id.isEmpty, id == call.id { return false }
        if name != call.name {
            // A name in pieces follows an id, and comes before any arguments.
            return hasOtherID || call.id.isEmpty || !Self.isBlank(call.arguments)
        }
        if hasOtherID {
            // There are servers that repeat the name with every part, and make up an id each time: then the arguments
            // are what tells.
            return call.isEmpty ? Self.isBlank(arguments) || Self.isObject(arguments) : call.isWhole
        }
        return call.arguments == "{}" ? Self.isObject(arguments) : call.isWhole && !Self.isBlank(arguments)
    }

    /// Returns a name with another part of it, which may repeat it.
    private static func joined(_ name: String, _ part: String) -> String {
        part.hasPrefix(name) ? part : name == part || part.isEmpty ? name : name + part
    }

    /// Returns arguments with another part of them, which may repeat them.
    private static func joined(arguments: String, _ part: String) -> String {
        guard !isBlank(part), isObject(arguments) else { return arguments + part }
        // The arguments were a placeholder.
        if arguments == "{}" { return part }
        // What follows a whole object and is whole itself is a repetition, which some servers send at the end.
        // A text that does not parse is no repetition.
        return (try? JSONValue(parsing: part)) == nil ? arguments + part : arguments
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    private static func isObject(_ text: String) -> Bool {
        // Most parts end elsewhere than an object does.
        guard text.last(where: { !$0.isWhitespace }) == "}" else { return false }
        // What does not parse is not whole.
        return (try? JSONValue(parsing: text))?.objectValue != nil
    }
}
