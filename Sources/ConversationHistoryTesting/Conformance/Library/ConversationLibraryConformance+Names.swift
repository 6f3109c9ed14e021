import ConversationHistory
import ConversationHistoryLibrary

/// Names and other texts that careless code misinterprets.
extension ConversationLibraryConformance {
    /// Valid names.
    private static var names: [String] {
        [
            ".", "..", "../x", "../../x", "a/b", "/", "/etc/passwd", "\\", "a\\b", "C:\\x", "c:", "CON", "con",
            "nul.txt",
            "a", "A", "a.", "a ", " a", " ", "a..", ".a", "...", "~", "-rf", "*", "?", "%2e%2e", "%00", "%", "\n", "\t",
            "a:b", "index.json", "index", ".trash", "artifacts", "lock", "a.json", "a.jsonl", "caf\u{e9}",
            "cafe\u{301}",
            "CAF\u{c9}", "🧵", "👩‍👩‍👧‍👦", "\u{feff}", "\u{feff}a", "\u{202e}a", "\u{7f}", "\u{1}", "日本語", "ｶﾅ", "カナ", "ß",
            "ss",
            "'; DROP TABLE conversations; --", "\"", "'", "$HOME", "${x}", "`id`", "<b>", "\u{ffff}", "\u{10ffff}",
            String(repeating: "x", count: 255), String(repeating: "x", count: 254), String(repeating: "日", count: 85),
            String(repeating: "X", count: 255), String(repeating: ".", count: 255), String(repeating: "/", count: 255),
            "a" + String(repeating: "🧵", count: 63) + "é",
        ]
    }

    /// Invalid names.
    private static var noNames: [String] {
        [
            "", "\u{0}", "a\u{0}", "\u{0}a", "a\u{0}b", String(repeating: "x", count: 256),
            String(repeating: "x", count: 300), String(repeating: "é", count: 128), String(repeating: "日", count: 86),
        ]
    }

    private func name(_ text: String) -> String { "The name \(text.prefix(20).debugDescription)" }

    func namesAreBytes() async throws {
        let library = try await make()
        try await add("artifacts of", to: library)
        for text in Self.names {
            let id = ConversationID(text)
            _ = try await library.create(NewConversation(id: id, title: text))
            try await library.append([entry(text, id: EntryID(text))], to: id)
            _ = try await library.saveArtifact(Array(text.utf8), named: text, type: nil, in: id)
            _ = try await library.saveArtifact(Array(text.utf8), named: text, type: nil, in: "artifacts of")
        }
        for library in [library, try await reopen?(library) ?? library] {
            for text in Self.names {
                let id = ConversationID(text)
                let info = try await library.info(of: id)
                try expect(
                    info.id == id && info.title.map { Array($0.utf8) } == Array(text.utf8),
                    "\(name(text)) finds another conversation."
                )
                let loaded = try await library.store(for: id).load()
                try expect(loaded?.entries.map(\.id) == [EntryID(text)], "\(name(text)) loads another history.")
                for id in [id, "artifacts of"] {
                    let artifact = try await library.artifact(named: text, version: nil, in: id)
                    let isRight = artifact.data == Array(text.utf8) && artifact.info.version == 1
                    try expect(isRight, "\(name(text)) returns another artifact.")
                }
            }
            let sorted = (Self.names + ["artifacts of"]).map(ConversationID.init(_:)).sorted()
            var listed = try await library.list(ListRequest(limit: 1_000)).conversations.map(\.id)
            listed.sort()
            try expect(listed == sorted, "\(listed.count) conversations are listed instead of \(sorted.count).")
            let files = try await library.artifacts(in: "artifacts of").map { ConversationID($0.name) }
            try expect(
                files == Self.names.map(ConversationID.init(_:)).sorted(),
                "The artifacts are listed as \(files)."
            )
        }
        try await expectNoNames(library)
        for text in Self.names {
            try await library.delete(ConversationID(text))
            let report = try await library.purge(.conversation(ConversationID(text)))
            try expect(report.conversations == [ConversationID(text)], "\(name(text)) is purged under another id.")
        }
        try await expectList(ListRequest(), ["artifacts of"], in: library, "After all others were purged")
        try expect(try await library.artifacts(in: "artifacts of").count == Self.names.count, "Artifacts were purged.")
    }

    private func expectNoNames(_ library: Library) async throws {
        let before = try await library.statistics()
        for text in Self.noNames {
            let id = ConversationID(text)
            try await expectError(.invalidName, "\(name(text)), created") {
                try await library.create(NewConversation(id: id))
            }
            try await expectError(.invalidName, "\(name(text)), forked to") {
                try await library.fork("a", after: nil, as: NewConversation(id: id))
            }
            let snapshot = try snapshot(["text"])
            try await expectError(.invalidName, "\(name(text)), saved") {
                try await library.store(for: id).save(snapshot)
            }
            try await expectError(.invalidName, "\(name(text)), given to an artifact") {
                try await library.saveArtifact([1], named: text, type: nil, in: "a")
            }
            // Reads treat an invalid name like any unknown name.
            try expect(try await library.store(for: id).load() == nil, "\(name(text)) loads.")
            for call in LibraryCall<Library>.onConversations {
                try await expectError(.notFound, "\(name(text)), \(call.name)") { try await call.perform(library, id) }
            }
            try await expectError(.notFound, "\(name(text)), as an artifact") {
                try await library.artifact(named: text, version: nil, in: "a")
            }
            try await expectError(.notFound, "\(name(text)), as an artifact to remove") {
                try await library.removeArtifact(named: text, in: "a")
            }
        }
        try expect(try await library.statistics() == before, "A refused name had an effect.")
    }

    func ownersAreBounded() async throws {
        let library = try await make()
        // Without repetitions, which a database's index may compress.
        let longest = (0..<1_024).map { String($0 * $0 / 7 % 36, radix: 36) }.joined()
        let id = ConversationID(String(longest.prefix(255)))
        let long = Owner(user: longest, organization: longest)
        _ = try await library.create(NewConversation(id: id, owner: long))
        try await library.setOwner(nil, of: id)
        try await library.setOwner(long, of: id)
        try await expectList(ListRequest(), [id.rawValue], in: library.scoped(to: long), "Of the longest owner")
        let saved = try await add("open", owner: Owner(user: "ada"), to: library)
        let store = library.store(for: "open")
        _ = try await store.load()
        let before = try await library.info(of: "open")
        for tooLong in [longest + "x", String(repeating: longest, count: 9), String(repeating: "é", count: 513)] {
            for owner in [Owner(user: tooLong), Owner(user: "ada", organization: tooLong)] {
                for scoped in [library, library.scoped(to: owner)] {
                    try await expectError(.invalidName, "A new conversation with too long an owner name") {
                        try await scoped.create(NewConversation(id: "new", owner: owner))
                    }
                    let first = try snapshot(["text"], owner: owner)
                    try await expectError(.invalidName, "A first save with too long an owner name") {
                        try await scoped.store(for: "new").save(first)
                    }
                }
                try await expectError(.invalidName, "A fork with too long an owner name") {
                    try await library.fork("open", after: nil, as: NewConversation(id: "new", owner: owner))
                }
                try await expectError(.invalidName, "A change to too long an owner name") {
                    try await library.setOwner(owner, of: "open")
                }
                var given = saved
                given.owner = owner
                let refused = given
                try await expectError(.invalidName, "A save with too long an owner name") {
                    try await store.save(refused)
                }
            }
        }
        try expectSame(try await library.info(of: "open"), before, "After the refusals")
        try await expectError(.notFound, "After a refused creation") { try await library.info(of: "new") }
    }

    func strangeUnitsAreKept() async throws {
        let library = try await make()
        let sample = try SampleSnapshots.withLoneSurrogate(SampleConversations.everyKindOfMessage)
        try await library.store(for: "half").save(sample)
        try await expect(library, "half", holds: sample, "With half a surrogate pair")
        let page = try await library.entries(of: "half", EntryRequest())
        try expect(page.entries == Array(sample.entries), "Half a surrogate pair is not kept.")
        _ = try await library.create(NewConversation(id: "appended", created: day(0)))
        try await library.append(Array(sample.entries), to: "appended")
        let fork = try await library.fork("half", after: nil, as: NewConversation(id: "fork"))
        try expect(fork.entryCount == sample.entries.count, "A fork lost entries.")
        for id: ConversationID in ["appended", "fork"] {
            let loaded = try await library.store(for: id).load()
            // Only the entries are compared: an appended history has no turns, and a fork has an origin.
            let (left, right) = (try bare(sample.entries), try bare(loaded.map { Array($0.entries) } ?? []))
            if let difference = SnapshotDifference.between(left, right) { throw fail("In \(id), \(difference)") }
        }
        try await expectHits(
            SearchRequest("\"cut here\""),
            ["appended/result", "fork/result", "half/result"],
            in: library,
            "Next to half a surrogate pair"
        )
        var nul = entry("before\u{0}after", id: "nul\u{0}")
        nul.sender = "\u{0}"
        nul.metadata = ["\u{0}": "\u{0}"]
        _ = try await library.create(NewConversation(id: "nul", title: "\u{0}a", metadata: ["\u{0}": "b\u{0}"]))
        try await library.append([nul], to: "nul")
        let read = try await library.entries(of: "nul", EntryRequest()).entries
        try expect(read == [nul], "NUL was lost or truncated a text.")
        try expect(try await library.info(of: "nul").title == "\u{0}a", "NUL truncated a title.")
        try expect(try await library.info(of: "nul").metadata == ["\u{0}": "b\u{0}"], "NUL truncated metadata.")
        try await expectHits(SearchRequest("after"), ["nul/nul\u{0}"], in: library, "After a NUL")
        _ = try await library.fork("nul", after: "nul\u{0}", as: NewConversation(id: "after nul"))
    }

    func metacharactersHaveNoMeaning() async throws {
        let library = try await make()
        let texts = [
            "'; DROP TABLE conversations; --", "\"; DELETE FROM entries; --", "' OR '1'='1", "%", "_", "a%", "a_", "*",
            "?1", ":name", "$1", "@x", "\\'", "[a-z]", "ab", "a\u{0}b", "\u{1}", "NULL", "null", "true", "0", "-1",
            "1e9",
            "0x1F", "{\"id\":\"x\"}", "\r\n", "\u{2028}",
        ]
        for (number, text) in texts.enumerated() {
            let id = ConversationID(text.replacing("\u{0}", with: "\\0"))
            var entry = entry("word \(text)", id: EntryID(text), date: day(Double(number)))
            entry.sender = text
            entry.metadata = [text: .string(text)]
            let owner = Owner(user: text, organization: text)
            _ = try await library.create(
                NewConversation(id: id, title: text, owner: owner, metadata: [text: .string(text)])
            )
            try await library.append([entry], to: id)
            _ = try await library.saveArtifact(Array(text.utf8), named: id.rawValue, type: text, in: id)
        }
        try await expectHits(
            SearchRequest("word", limit: 1_000),
            texts.reversed().map { "\($0.replacing("\u{0}", with: "\\0"))/\($0)" },
            in: library,
            "A word in each"
        )
        for text in texts {
            let id = ConversationID(text.replacing("\u{0}", with: "\\0"))
            let mine = library.scoped(to: Owner(user: text, organization: text))
            try await expectList(ListRequest(), [id.rawValue], in: mine, "Scoped by \(text.debugDescription)")
            let ofOwner = ListRequest(owner: Owner(user: text))
            try await expectList(ofOwner, [id.rawValue], in: library, "Filtered by \(text.debugDescription)")
            let info = try await library.info(of: id)
            try expect(
                info.title == text && info.metadata == [text: .string(text)],
                "The title or metadata differs."
            )
            let entries = try await library.entries(of: id, EntryRequest()).entries
            try expect(
                entries.map(\.sender) == [text] && entries[0].metadata == [text: .string(text)],
                "An entry differs."
            )
            let file = try await library.artifact(named: id.rawValue, version: nil, in: id)
            try expect(file.data == Array(text.utf8) && file.info.type == text, "An artifact differs.")
            _ = try await library.search(SearchRequest(text, conversation: id))
            _ = try await library.list(ListRequest(title: text))
        }
        try expect(try await library.statistics().conversationCount == texts.count, "The conversation count is wrong.")
    }

    /// Returns a snapshot of only these entries.
    private func bare(_ entries: some Sequence<Entry>) throws -> Snapshot {
        var snapshot = Snapshot()
        for entry in entries { try snapshot.append(entry) }
        return snapshot
    }
}
