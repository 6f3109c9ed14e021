import ConversationHistory

/// A model that answers by rule, so that what the snippets do can be checked.
struct RuleModel {
    func respond(to messages: [ChatMessage]) async throws -> String { "\(messages.count) messages read." }

    /// Asks the calculator first, and then tells what it said.
    func reply(to messages: [ChatMessage]) async throws -> ChatMessage {
        if let result = messages.last?.toolResults.first {
            return .assistant("It is \(result.content.compactMap(\.textValue).joined()).")
        }
        let call = ToolCall(id: "call-1", name: "multiply", arguments: ["factors": [6, 7]])
        return ChatMessage(role: .assistant, content: [.toolCall(call)])
    }

    func stream(_ messages: [ChatMessage]) -> AsyncStream<String> {
        AsyncStream { continuation in
            for piece in ["Once ", "upon ", "a time."] { continuation.yield(piece) }
            continuation.finish()
        }
    }

    func summary(of messages: [ChatMessage]) async throws -> String { "\(messages.count) messages" }
}

struct Calculator {
    func run(_ name: String, _ arguments: JSONValue) async throws -> String {
        let factors = arguments["factors"]?.arrayValue?.compactMap(\.intValue) ?? []
        return String(factors.reduce(1, *))
    }
}

/// What a server for keys and values would be.
actor KeyValueService {
    private var values: [String: [UInt8]] = [:]

    func set(_ key: String, to value: [UInt8]) async throws { values[key] = value }

    func value(of key: String) async throws -> [UInt8]? { values[key] }
}

/// What a database table with transactions would be.
actor VersionedTable {
    struct Row: Sendable {
        var bytes: [UInt8]
        var version: String
    }

    private var rows: [String: Row] = [:]

    func row(_ key: String) async throws -> Row? { rows[key] }

    func update(_ key: String, _ body: @Sendable (inout Row?) -> Bool) async throws -> Bool { body(&rows[key]) }

    func remove(_ key: String) { rows[key] = nil }
}

/// A message type with tools, but for what it says of them.
struct ToolNote: Codable, Equatable, Sendable {
    struct Call: Codable, Equatable, Sendable {
        var id: String
        var name: String
    }

    struct Outcome: Codable, Equatable, Sendable {
        var callID: String
        var text: String
    }

    var role: MessageRole
    var text = ""
    var calls: [Call] = []
    var results: [Outcome] = []
}

extension ToolNote {
    var searchableText: String { text }
}
