import ConversationHistory
import Foundation

/// The parsed options of `convo chat`.
struct ChatOptions: Sendable {
    /// The storage of the conversation.
    enum Store: Hashable, Sendable {
        case file(String)
        case memory
        case library(LibraryOptions, ConversationID)
    }

    /// The model that answers.
    enum ModelSource: Hashable, Sendable {
        case offline(pace: Duration)
        case server(Endpoint, model: String, timeout: Duration)
    }

    let store: Store
    let modelSource: ModelSource
    let hasTools: Bool
    let system: String?
    let context: ContextPolicy<ChatMessage>
    /// The clock tool's time in a test; `nil` for the current time.
    let fixedTime: Date?

    /// The options that the command accepts.
    static let declared: [CommandOption] = [
        .value("store", "FILE", "Save the conversation in this file, which is created if it doesn't exist"),
        .flag("ephemeral", "Keep the conversation in memory only"),
        .value("library", "L", "Save it in this library: a directory, sqlite:FILE or postgresql://…"),
        .value("conversation", "ID", "A conversation in the library, created by its first save; defaults to a new one"),
        .value("user", "U", "Use the library as this user"),
        .value("organization", "O", "Use the library as a member of this organization"),
        .value("system", "TEXT", "Start a new conversation with these instructions"),
        .value(
            "endpoint",
            "URL",
            "A server with OpenAI's chat-completions API, such as\nhttp://127.0.0.1:11434/v1"
        ),
        .value("model", "NAME", "The name of the server's model"),
        .value("timeout", "SECONDS", "Give up if the server sends nothing for this long; defaults to 60"),
        .flag("no-tools", "Don't offer tools to the model"),
        .value("context-messages", "N", "Send at most N messages to the model"),
        .value("context-tokens", "N", "Send at most N tokens to the model (estimated)"),
        .value("pace", "MILLISECONDS", nil),
        .value("clock", "SECONDS", nil),
    ]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        if let operand = arguments.operands.first {
            throw arguments.error("Unexpected argument \(operand.quotedUnknown). Specify a file with --store")
        }
        store = try Self.store(arguments)
        modelSource = try Self.modelSource(arguments)
        hasTools = !arguments.has("no-tools")
        system = arguments.value("system")
        context = ContextPolicy(
            maximumMessages: try arguments.count("context-messages"),
            maximumTokens: try arguments.count("context-tokens")
        )
        fixedTime = try arguments.count("clock").map { Date(timeIntervalSince1970: Double($0)) }
    }

    private static func store(_ arguments: ParsedArguments) throws(UsageError) -> Store {
        let ofLibrary = ["library", "conversation", "user", "organization"].filter(arguments.has)
        let given = ["store", "ephemeral"].filter(arguments.has) + ofLibrary.prefix(1)
        guard given.count < 2 else { throw arguments.error("Give either --\(given[0]) or --\(given[1]), not both") }
        if let path = arguments.value("store") {
            return .file(try arguments.path(path, "The path of --store"))
        }
        if arguments.has("ephemeral") { return .memory }
        guard !ofLibrary.isEmpty || LibraryOptions.isGiven(arguments) else {
            throw arguments.error(
                "Choose where to keep the conversation: --store chat.json, --library DIR, or --ephemeral (memory only)"
            )
        }
        let id = arguments.value("conversation").map { ConversationID($0) } ?? .unique()
        return .library(try LibraryOptions(arguments), id)
    }

    private static func modelSource(_ arguments: ParsedArguments) throws(UsageError) -> ModelSource {
        guard let address = arguments.value("endpoint") else {
            for name in ["model", "timeout"] where arguments.has(name) {
                throw arguments.error("The option --\(name) needs --endpoint")
            }
            return .offline(pace: .milliseconds(try arguments.count("pace") ?? 0))
        }
        guard let model = arguments.value("model"), !model.isEmpty else {
            throw arguments.error("The option --endpoint needs --model")
        }
        let endpoint: Endpoint
        do throws(UsageError) { endpoint = try Endpoint(address) } catch { throw arguments.error(error.description) }
        let timeout = arguments.value("timeout") ?? "60"
        guard let seconds = Double(timeout), seconds > 0, seconds <= 86400 else {
            throw arguments.error(
                "The value of --timeout must be a number of seconds, at most 86400, not \(timeout.quotedUnknown)"
            )
        }
        return .server(endpoint, model: model, timeout: .seconds(seconds))
    }
}
