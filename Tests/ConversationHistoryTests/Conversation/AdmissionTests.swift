import ConversationHistoryTesting
import TestSupport
import Testing

@testable import ConversationHistory

/// What a save could not write is refused when it would enter the conversation, by whatever door.
@Suite("What is refused is refused at the door")
struct AdmissionTests {
    static let limit = 1_000

    /// A conversation in a file, every change of which has to be saved and loaded again.
    struct Scene: Sendable {
        let file = HistoryFile()
        let conversation: Conversation<ChatMessage>
        let style: SnapshotStyle
        let limits: HistoryLimits

        init(
            style: SnapshotStyle = .lines,
            limits: HistoryLimits = HistoryLimits(entryBytes: AdmissionTests.limit),
            abort: ConversationPolicy.Abort = .keep
        ) async throws {
            self.style = style
            self.limits = limits
            conversation = try await Conversation(
                restoring: file.store(style: style, limits: limits),
                policy: ConversationPolicy(abort: abort)
            )
        }

        /// Makes a change; it may be refused, and is then not made.
        @discardableResult
        func attempt(_ comment: Comment = "", _ change: () async throws -> Void) async throws -> Bool {
            let before = conversation.snapshot
            do {
                try await change()
                try await expectSaved(comment)
                return true
            } catch let error as SnapshotError {
                #expect([.tooLarge, .notEncodable, .tooDeep, .duplicateID].contains(error.code), comment)
                var after = conversation.snapshot
                after.updated = before.updated
                #expect(after == before, comment)
                try await expectSaved(comment)
                return false
            } catch {
                Issue.record("\(comment) A change was accepted that cannot be saved: \(error)")
                return true
            }
        }

        func expectSaved(_ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
            await #expect(throws: Never.self, comment, sourceLocation: sourceLocation) {
                try await conversation.save()
            }
            if style == .version1 { return }
            let found = try await file.store(style: style, limits: limits).load()
            #expect(found == conversation.snapshot, comment, sourceLocation: sourceLocation)
        }
    }

    static func text(_ count: Int) -> String { String(repeating: "x", count: max(0, count)) }

    /// Sizes around the limit, and some that are far from it.
    static let sizes = [1, 400] + Array(stride(from: limit - 420, through: limit + 20, by: 7)) + [5_000]

    /// Runs a change for each size, in a conversation of its own; some sizes must be accepted, and some refused.
    private func door(
        _ sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (Scene, String) async throws -> Void
    ) async throws {
        var accepted: [Int] = []
        for size in Self.sizes {
            let scene = try await Scene()
            if try await scene.attempt("size \(size)", { try await change(scene, Self.text(size)) }) {
                accepted.append(size)
            }
            // It is usable in any case.
            try await scene.conversation.turn("question") { try await $0.append(.assistant("answer")) }
            try await scene.expectSaved("size \(size), after a turn")
        }
        #expect(accepted.first == 1 && accepted.last ?? 0 < Self.limit, sourceLocation: sourceLocation)
    }

    @Test func titles() async throws { try await door { try await $0.conversation.setTitle($1) } }

    @Test func owners() async throws {
        try await door { try await $0.conversation.setOwner(Owner(user: $1, organization: "o")) }
    }

    @Test func metadata() async throws {
        try await door { scene, text in try await scene.conversation.updateMetadata { $0["note"] = .string(text) } }
    }

    @Test func titleAndMetadataTogether() async throws {
        try await door { scene, text in
            let half = String(text.prefix(text.count / 2))
            try await scene.conversation.setTitle(half)
            do {
                try await scene.conversation.updateMetadata { $0["note"] = .string(half) }
            } catch {
                try await scene.conversation.setTitle(nil)
                throw error
            }
        }
    }

    @Test func messages() async throws { try await door { _ = try await $0.conversation.append(.user($1)) } }

    @Test func senders() async throws {
        try await door { _ = try await $0.conversation.append(.user("hi"), sender: $1) }
    }

    @Test func actions() async throws {
        try await door { _ = try await $0.conversation.addAction("pressed", payload: ["text": .string($1)]) }
    }

    @Test func entries() async throws {
        try await door { scene, text in
            let entry = HistoryEntry<ChatMessage>(.message(.user(text)), isPinned: true, metadata: ["a": 1])
            _ = try await scene.conversation.append(entry)
        }
    }

    @Test func edits() async throws {
        try await door { scene, text in
            let id = try await scene.conversation.append(.user("short"))
            do {
                try await scene.conversation.edit(id) { $0.content = .message(.user(text)) }
            } catch {
                try await scene.conversation.remove(id)
                throw error
            }
        }
    }

    @Test func entriesAtTheLimitCanBePinnedStreamedAndRewound() async throws {
        var largest = 0
        for size in (Self.limit - 200)...Self.limit {
            let scene = try await Scene()
            let text = Self.text(size)
            var id: EntryID?
            let isAccepted = try await scene.attempt("size \(size)") {
                id = try await scene.conversation.append(.user(text))
            }
            guard isAccepted, let id else { break }
            largest = size
            #expect(try await scene.attempt("pin") { try await scene.conversation.pin(id) })
            #expect(try await scene.attempt("unpin") { try await scene.conversation.unpin(id) })
            #expect(try await scene.attempt("clear") { try await scene.conversation.clear() })
            #expect(try await scene.attempt("a turn") { try await scene.conversation.turn(text) { _ in } })
            let turn = try #require(scene.conversation.snapshot.turns.last?.id)
            #expect(try await scene.attempt("rewind") { try await scene.conversation.rewind(toBefore: turn) })
        }
        #expect(largest > Self.limit - 200 && largest < Self.limit)
    }

    @Test func messagesThatAreStreamed() async throws {
        var accepted: [Int] = []
        for size in Self.sizes {
            let scene = try await Scene()
            try await scene.conversation.setTitle("A title")
            try await scene.conversation.turn("question") { turn in
                try turn.beginStreaming(.assistant("a"))
                if try await scene.attempt("size \(size)", { try turn.updateStreaming { $0.text = Self.text(size) } }) {
                    accepted.append(size)
                }
                // Whatever is streamed: the title can still be taken away, and a turn still has a cost.
                try await scene.attempt { try await scene.conversation.setTitle("Another title, which is longer") }
                try await scene.attempt { try turn.addUsage(Usage(inputTokens: .max, outputTokens: .min)) }
                try await scene.attempt { try await scene.conversation.addAction("pressed") }
                let isShorter = try await scene.attempt { try await scene.conversation.setTitle(nil) }
                #expect(isShorter, "size \(size)")
                let isFinished = try await scene.attempt { try await turn.finishStreaming() }
                #expect(isFinished, "size \(size)")
            }
            try await scene.expectSaved("size \(size)")
        }
        #expect(accepted.first == 1 && accepted.last ?? 0 < Self.limit && accepted.contains { $0 > Self.limit - 200 })
    }

    @Test func messagesThatAreBegunLarge() async throws {
        for size in Self.sizes {
            let scene = try await Scene()
            try await scene.conversation.updateMetadata { $0["note"] = .string(Self.text(300)) }
            try await scene.conversation.turn("question") { turn in
                try await scene.attempt("begun, size \(size)") { try turn.beginStreaming(.assistant(Self.text(size))) }
                try await scene.attempt("more metadata") {
                    try await scene.conversation.updateMetadata { $0["more"] = .string(Self.text(500)) }
                }
            }
            try await scene.expectSaved("size \(size)")
        }
    }

    @Test func incompleteEntriesInATurn() async throws {
        for size in Self.sizes {
            let scene = try await Scene()
            try await scene.conversation.updateMetadata { $0["note"] = .string(Self.text(500)) }
            try await scene.conversation.turn("question") { turn in
                let large = HistoryEntry<ChatMessage>(.message(.user(Self.text(size))), isIncomplete: true)
                try await scene.attempt("appended, size \(size)") { _ = try await scene.conversation.append(large) }
                let id = try await turn.append(.assistant("whole"))
                try await scene.attempt("edited, size \(size)") {
                    try await scene.conversation.edit(id) { entry in
                        entry.isIncomplete = true
                        entry.content = .message(.assistant(Self.text(size)))
                    }
                }
            }
            try await scene.expectSaved("size \(size)")
        }
    }

    @Test func usage() async throws {
        var accepted: [Int] = []
        for size in Self.sizes {
            let scene = try await Scene(abort: .rollBack)
            let isAccepted = Toggle()
            for fails in [false, true] {
                try? await scene.conversation.turn("question") { turn in
                    isAccepted.isOn = try await scene.attempt("size \(size)") {
                        try turn.addUsage(Usage(inputTokens: 1, details: ["report": .string(Self.text(size))]))
                    }
                    for number in 0..<4 {
                        try await scene.attempt("size \(size)") {
                            try turn.addUsage(Usage(inputTokens: .max, details: ["\(number)": .string(Self.text(90))]))
                        }
                    }
                    if fails { throw LoopError() }
                }
                if isAccepted.isOn { accepted.append(size) }
                try await scene.expectSaved("size \(size), the turn fails: \(fails)")
            }
            #expect(try await scene.attempt("clear") { try await scene.conversation.clear() })
        }
        #expect(accepted.first == 1 && accepted.last ?? 0 < Self.limit)
        #expect(accepted.contains { $0 > Self.limit - 200 })
    }

    @Test func rewindsOfVeryManyTurns() async throws {
        let scene = try await Scene()
        let conversation = scene.conversation
        for number in 0..<40 {
            try await conversation.turn("\(number)") { turn in
                try turn.addUsage(Usage(inputTokens: number, details: ["note": .string(Self.text(10 * number))]))
            }
        }
        #expect(
            try await scene.attempt("rewind") {
                try await conversation.rewind(toBefore: conversation.snapshot.turns[10].id)
            }
        )
        #expect(try await scene.attempt("clear") { try await conversation.clear() })
        #expect(conversation.snapshot.rewound.map(\.turns.count) == [30, 10])
        let restored = try await Conversation(restoring: scene.file.store(limits: scene.limits))
        #expect(restored.snapshot == conversation.snapshot)
        try await restored.turn("and on") { _ in }
        #expect(try await scene.file.store(limits: scene.limits).load() == restored.snapshot)
    }

    @Test func aSummaryWhoseReachMovesToALongerID() async throws {
        for size in stride(from: Self.limit - 500, to: Self.limit, by: 5) {
            let scene = try await Scene()
            let conversation = scene.conversation
            let long = HistoryEntry<ChatMessage>(.message(.user("a")), id: EntryID(Self.text(400)))
            try await conversation.append(long)
            try await conversation.append(HistoryEntry(.message(.user("b")), id: "b"))
            let summary = HistorySummary<ChatMessage>(message: .user(Self.text(size)), through: "b")
            try await scene.attempt("summary of \(size)") {
                try await conversation.append(HistoryEntry(.summary(summary)))
            }
            try await scene.attempt("removal, \(size)") { try await conversation.remove("b") }
        }
    }

    @Test func forksIntoASmallerStore() async throws {
        let scene = try await Scene()
        try await scene.conversation.append(.user(Self.text(600)))
        let small = HistoryFile()
        let limits = HistoryLimits(entryBytes: 500)
        await #expect(throws: (any Error).self) { try await scene.conversation.fork(into: small.store(limits: limits)) }
        #expect(small.content.isEmpty)
        try await scene.conversation.clear()
        let fork = try await scene.conversation.fork(into: small.store(limits: limits))
        await #expect(throws: SnapshotError.self) { try await fork.append(.user(Self.text(600))) }
        try await fork.save()
    }

    @Test func whatIsRestoredCanBeSavedAgain() async throws {
        // Written with room for more than the next store takes.
        for style in [SnapshotStyle.lines, .pretty] {
            let scene = try await Scene(style: style, limits: HistoryLimits())
            let id = try await scene.conversation.append(.user(Self.text(2_000)))
            let error = await failure { () throws(HistoryStoreError) in
                _ = try await scene.file.store(limits: HistoryLimits(entryBytes: Self.limit)).load()
            }
            #expect(error?.code == .tooLarge)
            try await scene.conversation.edit(id) { $0.content = .message(.user(Self.text(Self.limit - 150))) }
            let restored = try await Conversation(
                restoring: scene.file.store(limits: HistoryLimits(entryBytes: Self.limit))
            )
            try await restored.pin(id)
        }
    }

    // MARK: - Styles

    @Test func version1RefusesWhatItHasNoPlaceFor() async throws {
        let scene = try await Scene(style: .version1)
        let conversation = scene.conversation
        let id = try await conversation.append(.user("question"))
        let file = ChatMessage(
            role: .tool,
            content: [.toolResult(ToolResult(callID: "c", content: [.document(.init(.file(id: "f")))]))]
        )
        for message in [ChatMessage.system("instructions"), file] {
            #expect(try await !scene.attempt("append") { try await conversation.append(message) })
            #expect(
                try await !scene.attempt("edit") { try await conversation.edit(id) { $0.content = .message(message) } }
            )
            #expect(try await !scene.attempt("turn") { try await conversation.turn(message) { _ in } })
            try await conversation.turn("next") { turn in
                #expect(try await !scene.attempt("turn.append") { try await turn.append(message) })
                #expect(try await !scene.attempt("begin") { try turn.beginStreaming(message) })
                try turn.stream("answer")
                #expect(try await !scene.attempt("update") { try turn.updateStreaming { $0 = message } })
            }
        }
        #expect(
            try await scene.file.loaded()?.messages.map(\.text) == ["question", "next", "answer", "next", "answer"]
        )
    }

    @Test func version1RefusesWhatADocumentHasNoRoomFor() async throws {
        let limits = HistoryLimits(entryBytes: 1_000, documentBytes: 4_000)
        let scene = try await Scene(style: .version1, limits: limits)
        let conversation = scene.conversation
        var ids: [EntryID] = []
        var refused = 0
        for number in 0..<60 {
            let isAccepted = try await scene.attempt("message \(number)") {
                ids.append(try await conversation.append(.user(Self.text(40 + number))))
            }
            if !isAccepted {
                refused += 1
                if let last = ids.popLast(), refused.isMultiple(of: 3) { try await conversation.remove(last) }
            }
            try await scene.attempt("edit") {
                if let id = ids.first {
                    try await conversation.edit(id) { $0.content = .message(.user(Self.text(20 * number))) }
                }
            }
            try await scene.attempt("a turn") {
                try await conversation.turn("question") { turn in
                    for piece in 0..<5 { try await scene.attempt("piece \(piece)") { try turn.stream("piece ") } }
                }
            }
        }
        #expect(refused > 5 && refused < 60)
        #expect(
            try await scene.file.store(style: .version1, limits: limits).load()?.messages.count
                == conversation.messages.count
        )
    }

    @Test func aHistoryThatVersion1CannotHoldIsRefusedWhenItIsRestored() async throws {
        let scene = try await Scene()
        try await scene.conversation.append(.system("instructions"))
        await #expect(throws: SnapshotError.self) {
            _ = try await Conversation(restoring: scene.file.store(style: .version1))
        }
        #expect(try await scene.file.loaded() == scene.conversation.snapshot)
    }

    @Test func aDocumentThatWouldBeTooLargeIsWrittenInLines() async throws {
        let limits = HistoryLimits(entryBytes: 1_000, documentBytes: 4_000)
        let scene = try await Scene(style: .pretty, limits: limits)
        for number in 0..<60 {
            #expect(
                try await scene.attempt("message \(number)") {
                    try await scene.conversation.append(.user(Self.text(40 + number)))
                }
            )
        }
        #expect(scene.file.content.count > limits.documentBytes)
        #expect(try await scene.attempt("clear") { try await scene.conversation.clear() })
        try await scene.conversation.removeRewound()
        #expect(String(decoding: scene.file.content, as: UTF8.self).contains("\n  \"state\""))
    }
}
