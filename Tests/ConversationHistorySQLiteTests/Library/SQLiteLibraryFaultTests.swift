#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("An SQLite library whose files fail at any call", .startsProcesses, .hangGuard)
struct SQLiteLibraryFaultTests {
    /// Something that a library is asked to do, with a conversation "a" and one in the trash, "b", each with a file.
    enum Verb: Int, CaseIterable {
        case create, save, saveAppended, saveEdited, rename, append, delete, restore, purge, fork
        case artifact, removeArtifact

        func run(in library: ChatLibrary) async throws(HistoryStoreError) {
            switch self {
            case .create: _ = try await library.create(NewConversation(id: "new", title: "new"))
            case .save: try await library.store(for: "new").save(ConversationSnapshot(messages: [.user("said new")]))
            case .saveAppended, .saveEdited: try await save(in: library)
            case .rename: try await library.rename("a", to: "new")
            case .append:
                let entry = HistoryEntry<ChatMessage>(.message(.user("said new")), id: "new", date: nil)
                try await library.append([entry], to: "a")
            case .delete: try await library.delete("a")
            case .restore: try await library.restore("b")
            case .purge: _ = try await library.purge(.everything)
            case .fork: _ = try await library.fork("a", as: NewConversation(id: "new"))
            case .artifact: _ = try await library.saveArtifact([3], named: "file", in: "a")
            case .removeArtifact: try await library.removeArtifact(named: "file", in: "a")
            }
        }

        private func save(in library: ChatLibrary) async throws(HistoryStoreError) {
            let store = library.store(for: "a")
            guard var snapshot = try await store.load() else { return }
            do {
                let text = "said " + String(repeating: "long ", count: 3_000)
                try snapshot.append(HistoryEntry(.message(.user(text)), id: "new", date: nil))
                if self == .saveEdited {
                    try snapshot.update("0") { $0.content = .message(.user("said otherwise")) }
                }
            } catch { Issue.record(error) }
            try await store.save(snapshot)
        }
    }

    /// The bytes of a library in a file.
    private static func sample(_ directory: TemporaryDirectory) async throws -> [UInt8] {
        let library = try await ChatLibrary(path: directory.path("sample.db"))
        for id in ["a", "b"] as [ConversationID] {
            var snapshot = ConversationSnapshot<ChatMessage>(title: "about \(id)")
            for number in 0..<3 {
                let entry = HistoryEntry<ChatMessage>(
                    .message(.user("said \(number)")),
                    id: EntryID("\(number)"),
                    date: nil
                )
                try snapshot.append(entry)
            }
            try await library.store(for: id).save(snapshot)
            for version in 1...2 as ClosedRange<UInt8> {
                _ = try await library.saveArtifact([version], named: "file", in: id)
            }
        }
        try await library.delete("b")
        await library.close()
        return directory.read("sample.db") ?? []
    }

    /// Lets each call go wrong in turn, in a process of its own.
    private static func check(_ verb: Verb) async throws {
        FaultyFiles.install()
        let directory = TemporaryDirectory()
        let sample = try await sample(directory)
        directory.write("reference.db", sample, mode: 0o600)
        let reference = try await ChatLibrary(path: directory.path("reference.db"))
        let before = try await LibraryState(of: reference)
        FaultyFiles.begin(.inputOutput, atCall: 0)
        try await verb.run(in: reference)
        let callCount = FaultyFiles.end()
        let after = try await LibraryState(of: reference)
        await reference.close()
        #expect(callCount > 2)
        #expect(after != before)
        for fault in [FaultyFiles.Fault.inputOutput, .noSpace, .stop] {
            for number in 1...callCount {
                let comment: Comment = "\(verb), \(fault) at call \(number) of \(callCount)"
                let name = "\(fault)-\(number).db"
                directory.write(name, sample, mode: 0o600)
                let library = try await ChatLibrary(path: directory.path(name))
                // So that what is opened once is not counted.
                _ = try await library.info(of: "a")
                FaultyFiles.begin(fault, atCall: number)
                let code = await code { () throws(HistoryStoreError) in try await verb.run(in: library) }
                if fault == .stop {
                    await library.close()
                    FaultyFiles.end()
                } else {
                    FaultyFiles.end()
                    #expect(code == nil || [.io, .noSpace, .notDurable].contains(code), comment)
                    let now = try await LibraryState(of: library)
                    #expect(code == nil ? now == after : now == before, comment)
                    // The same instance goes on as if nothing had been.
                    if now == before { try await verb.run(in: library) }
                    #expect(try await LibraryState(of: library) == after, comment)
                    await library.close()
                }
                let next = try await ChatLibrary(path: directory.path(name))
                let found = try await LibraryState(of: next)
                #expect(fault == .stop && code != nil ? found == before || found == after : found == after, comment)
                #expect(try await next.verify() == [], comment)
                if found == before { try await verb.run(in: next) }
                #expect(try await LibraryState(of: next) == after, comment)
                await next.close()
            }
        }
    }

    @Test("It is as before or as after, says which, and works on", arguments: Verb.allCases)
    func fails(_ verb: Verb) async throws {
        let number = verb.rawValue
        await #expect(processExitsWith: .success) { [number = number as Int] in
            guard let verb = Verb(rawValue: number) else { return }
            try await Self.check(verb)
        }
    }
}
#endif
