import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

/// A library of a test's own, and the command that works on it.
final class LibraryScene: Sendable {
    let home = TemporaryDirectory()
    let kind: LibraryKind

    /// The databases that were made, by the names of their libraries.
    private let databases = Lock<[String: String]>([:])

    init(_ kind: LibraryKind = .directory) { self.kind = kind }

    /// What `--library` is given.
    var location: String { location("library") }

    /// What `--library` is given for another library.
    func location(_ name: String) -> String {
        switch kind {
        case .directory: home.path(name)
        case .sqlite: "sqlite:" + home.path(name + ".db")
        case .postgresql: database(for: name)
        }
    }

    /// Returns the URL of a database for a library, which is made when it is first asked for.
    private func database(for name: String) -> String {
        databases.withLock { databases in
            if let url = databases[name] { return url }
            let url: String
            do {
                // The name of the directory is no other test's.
                let name = "\(home.path.split(separator: "/").last ?? "")-\(name)"
                url = try PostgresServer.own().makeDatabase(name)
            } catch {
                Issue.record(error)
                url = "postgresql://127.0.0.1:1/none"
            }
            databases[name] = url
            return url
        }
    }

    /// Runs a command on the library.
    @discardableResult
    func run(
        _ arguments: String...,
        input: String = "",
        library: String? = nil
    ) async throws -> (output: String, errors: String, code: Int32) {
        try await ConvoProcess.run(complete(arguments, library), input: input)
    }

    /// Runs a command that must succeed, and returns what it prints.
    @discardableResult
    func output(_ arguments: String..., input: String = "", library: String? = nil) async throws -> String {
        let run = try await ConvoProcess.run(complete(arguments, library), input: input)
        #expect(run.code == 0, "\(arguments): \(run.errors)")
        return run.output
    }

    /// Runs a command that must succeed with `--json`, and returns what it prints, which two readers must accept.
    func json(_ arguments: String..., library: String? = nil) async throws -> JSONValue {
        let run = try await ConvoProcess.run(complete(arguments, library, "--json"))
        #expect(run.code == 0, "\(arguments): \(run.errors)")
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(run.output.utf8)) }
        return try JSONValue(parsing: run.output)
    }

    /// Says which library, behind the words of the command and before what may be behind `--`.
    private func complete(_ arguments: [String], _ library: String?, _ option: String...) -> [String] {
        let words = arguments.first == "artifact" ? 2 : 1
        return arguments.prefix(words) + option + ["--library", library ?? location] + arguments.dropFirst(words)
    }

    /// Fills the library with what a body puts into another one.
    func fill(
        _ body: (InMemoryConversationLibrary<ChatMessage>) async throws -> Void
    ) async throws {
        let library = InMemoryConversationLibrary()
        try await body(library)
        home.write("fill.jsonl", try await LibraryExporter(library).exported())
        try await output("import", home.path("fill.jsonl"))
    }

    /// Fills the library with conversations of one message each, which began and changed a day after the other.
    func fill(_ ids: String...) async throws {
        try await fill { library in
            for (day, id) in ids.enumerated() { try await library.add(ConversationID(id), ["hello \(id)"], day: day) }
        }
    }
}

extension InMemoryConversationLibrary<ChatMessage> {
    /// Adds a conversation with messages, which are said by the user and the assistant in turns.
    func add(
        _ id: ConversationID,
        _ texts: [String] = [],
        title: String? = nil,
        owner: Owner? = nil,
        day: Int = 0
    ) async throws {
        let date = Date(timeIntervalSince1970: 1_740_787_200 + 86400 * Double(day))
        var snapshot = ConversationSnapshot<ChatMessage>(id: id, title: title, owner: owner, created: date)
        for (index, text) in texts.enumerated() {
            let message: ChatMessage = index % 2 == 0 ? .user(text) : .assistant(text)
            try snapshot.append(HistoryEntry(.message(message), id: EntryID("\(id)-\(index)"), date: date))
        }
        snapshot.updated = date
        try await store(for: id).save(snapshot)
    }
}

extension JSONValue {
    /// The members of this name of all elements.
    func each(_ name: String) -> [JSONValue?] { (arrayValue ?? []).map { $0[name] } }

    /// The texts that are members of this name of all elements.
    func texts(_ name: String) -> [String?] { each(name).map { $0?.stringValue } }
}
