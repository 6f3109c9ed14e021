import ConversationHistory
import Foundation

/// The options of `convo chat`, understood.
struct ChatOptions: Sendable {
    /// Where the conversation is kept.
    enum Store: Hashable, Sendable {
        case file(String)
        case memory
        case library(LibraryOptions, ConversationID)
    }

    /// Who answers.
    enum Answerer: Hashable, Sendable {
        case offline(pace: Duration)
        case server(Endpoint, model: String, timeout: Duration)
    }

    let store: Store
    let answerer: Answerer
    let hasTools: Bool
    let system: String?
    let context: ContextPolicy<ChatMessage>
    /// The time that the clock shows, in a test; `nil` for the real one.
    let fixedTime: Date?

    /// What the command accepts.
    static let declared: [CommandOption] = [
        .value("store", "FILE", "Keep the conversation in this file, which is made if it is not there"),
        .flag("ephemeral", "Keep the conversation in memory only"),
        .value("library", "L", "Keep it in this library: a directory, sqlite:FILE or postgresql://…"),
        .value("conversation", "ID", "The conversation in the library, made by its first save; a new one unless given"),
        .value("user", "U", "As this user"),
        .value("organization", "O", "As one of this organisation"),
        .value("system", "TEXT", "Begin a new conversation with these instructions"),
        .value(
            "endpoint",
            "URL",
            "Have a server answer that speaks OpenAI's chat completions,\nsuch as http://127.0.0.1:11434/v1"
        ),
        .value("model", "NAME", "The server's model"),
        .value("timeout", "SECONDS", "How long the server may be silent (60)"),
        .flag("no-tools", "Offer the model no tools"),
        .value("context-messages", "N", "Give the model at most so many messages"),
        .value("context-tokens", "N", "Give the model at most so many tokens, by estimate"),
        .value("pace", "MILLISECONDS", nil),
        .value("clock", "SECONDS", nil),
    ]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        if let operand = arguments.operands.first {
            throw arguments.error("\(operand.quotedUnknown) is not expected; name the file by --store")
        }
        store = try Self.store(arguments)
        answerer = try Self.answerer(arguments)
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
        guard given.count < 2 else { throw arguments.error("Give either --\(given[0]) or --\(given[1])") }
        if let path = arguments.value("store") {
            return .file(try arguments.path(path, "The file of --store"))
        }
        if arguments.has("ephemeral") { return .memory }
        guard !ofLibrary.isEmpty || LibraryOptions.isGiven(arguments) else {
            throw arguments.error(
                "Say where to keep the conversation: --store chat.json, --library DIR, or --ephemeral for nowhere"
            )
        }
        let id = arguments.value("conversation").map { ConversationID($0) } ?? .unique()
        return .library(try LibraryOptions(arguments), id)
    }

    private static func answerer(_ arguments: ParsedArguments) throws(UsageError) -> Answerer {
        guard let address = arguments.value("endpoint") else {
            for name in ["model", "timeout"] where arguments.has(name) {
                throw arguments.error("The option --\(name) is for a server, which --endpoint names")
            }
            return .offline(pace: .milliseconds(try arguments.count("pace") ?? 0))
        }
        guard let model = arguments.value("model"), !model.isEmpty else {
            throw arguments.error("The option --endpoint needs --model as well")
        }
        let endpoint: Endpoint
        do throws(UsageError) { endpoint = try Endpoint(address) } catch { throw arguments.error(error.description) }
        let timeout = arguments.value("timeout") ?? "60"
        guard let seconds = Double(timeout), seconds > 0, seconds <= 86400 else {
            throw arguments.error("The value of --timeout must be a number of seconds, not \(timeout.quotedUnknown)")
        }
        return .server(endpoint, model: model, timeout: .seconds(seconds))
    }
}
