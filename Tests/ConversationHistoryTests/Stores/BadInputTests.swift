import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A file that is not what it should be")
struct BadInputTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>
    typealias Code = HistoryStoreError.Code

    /// A sound history of a few entries, in a style.
    static func sound(_ style: SnapshotStyle = .lines) -> [UInt8] {
        var snapshot = Snapshot(id: "c", title: "t", owner: Owner(user: "u", organization: "o"))
        for index in 0..<3 {
            snapshot.appendUnchecked(
                HistoryEntry(.message(.user("text \(index)")), id: EntryID("e\(index)"), date: nil)
            )
        }
        do { return try snapshot.encoded(style: style) } catch { return [] }
    }

    /// Checks all that is promised about a file that cannot be loaded.
    static func expectRefusal(
        _ bytes: [UInt8],
        _ codes: Set<Code>,
        limits: HistoryLimits = HistoryLimits(),
        _ comment: Comment = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let file = HistoryFile()
        file.put(bytes)
        let store = file.store(limits: limits)
        let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
        let refused = try #require(error, comment, sourceLocation: sourceLocation)
        #expect(codes.contains(refused.code), "\(comment) \(refused)", sourceLocation: sourceLocation)
        #expect(refused.location == file.path, comment, sourceLocation: sourceLocation)
        #expect(refused.description.contains(file.path), comment, sourceLocation: sourceLocation)
        let offset = try #require(refused.offset, comment, sourceLocation: sourceLocation)
        #expect(0...bytes.count ~= offset, comment, sourceLocation: sourceLocation)

        let fresh = Snapshot(id: "fresh", title: "fresh")
        let saving = await failure { () throws(HistoryStoreError) in try await store.save(fresh) }
        #expect(saving?.code == refused.code, comment, sourceLocation: sourceLocation)
        let unloaded = await failure { () throws(HistoryStoreError) in try await file.store().save(fresh) }
        #expect(unloaded?.code == .conflict, comment, sourceLocation: sourceLocation)
        #expect(file.content == bytes, comment, sourceLocation: sourceLocation)

        let aside = try await store.quarantine()
        let name = String(aside.dropFirst(file.directory.path.count + 1))
        #expect(name.hasPrefix("chat.json.damaged-"), comment, sourceLocation: sourceLocation)
        #expect(file.directory.read(name) == bytes, comment, sourceLocation: sourceLocation)
        try await store.save(fresh)
        #expect(try await file.loaded() == fresh, comment, sourceLocation: sourceLocation)
        #expect(file.directory.read(name) == bytes, comment, sourceLocation: sourceLocation)
    }

    /// Checks that a file loads, as what, and that it can be saved onto.
    static func expectLoads(
        _ bytes: [UInt8],
        as expected: Snapshot? = nil,
        _ comment: Comment = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Snapshot {
        let file = HistoryFile()
        file.put(bytes)
        let store = file.store()
        var found = try #require(try await store.load(), comment, sourceLocation: sourceLocation)
        if let expected { #expect(found == expected, comment, sourceLocation: sourceLocation) }
        let loaded = found
        try found.append(.user("next"))
        try await store.save(found)
        #expect(try await file.loaded() == found, comment, sourceLocation: sourceLocation)
        file.expectSound(comment, sourceLocation: sourceLocation)
        return loaded
    }

    @Test("Nothing, and things that are no histories")
    func noHistories() async throws {
        try await Self.expectRefusal([], [.damaged])
        for text in ["\n", " ", "garbage", "[]", "null", "{}", "7", "\"x\"", "{\"a\":1}", "\0\0\0", "{", "}", "{]"] {
            try await Self.expectRefusal(Array(text.utf8), [.notAHistory, .damaged], "\(text)")
        }
        var random = TestSupport.SeededGenerator(seed: 1)
        for _ in 0..<100 {
            let noise = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
            try await Self.expectRefusal(noise, [.notAHistory, .damaged])
            try await Self.expectRefusal(Array("{\"format\":\"".utf8) + noise, [.notAHistory, .damaged])
        }
    }

    @Test("A document that is cut at any byte", arguments: [SnapshotStyle.lines, .pretty, .version1])
    func cut(style: SnapshotStyle) async throws {
        let whole = Self.sound(style)
        // The last line feed may go.
        let last = whole.last == UInt8(ascii: "\n") ? whole.count - 1 : whole.count
        for count in 0..<last { try await Self.expectRefusal(Array(whole[..<count]), [.damaged], "byte \(count)") }
        _ = try await Self.expectLoads(Array(whole[..<last]))
    }

    static let wrongShapes = [
        #"{"format":"conversation-history"}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat"}"#,
        #"{"format":"conversation-history","version":0,"messages":"chat","history":[],"state":{"count":0}}"#,
        #"{"format":"conversation-history","version":-3,"messages":"chat","history":[],"state":{"count":0}}"#,
        #"{"format":"conversation-history","version":2.5,"messages":"chat","history":[],"state":{"count":0}}"#,
        #"{"format":"conversation-history","version":"2","messages":"chat","history":[],"state":{"count":0}}"#,
        #"{"format":"another","version":2,"messages":"chat","history":[],"state":{"count":0}}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":{},"state":{"count":0}}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":[],"state":[]}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":[7],"state":{"count":1}}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":[],"state":{"count":1}}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":[]}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","state":{"count":0}}"#,
        #"{"format":"conversation-history","version":2,"messages":"chat","history":[],"state":{"count":-1}}"#,
        #"{"format":"conversation-history","version":2,"messages":7,"history":[],"state":{"count":0}}"#,
        #"{"version":1}"#,
        #"{"version":1,"messages":[]}"#,
        #"{"version":1,"messages":{},"pinned":[]}"#,
        #"{"version":1,"messages":[{"User":{"blocks":[]}}],"pinned":[1]}"#,
        #"{"messages":[],"pinned":[]}"#,
    ]

    @Test("Wrong shapes", arguments: wrongShapes)
    func wrongShape(text: String) async throws {
        if text == #"{"version":1,"messages":[]}"# {
            // Version 1 without the mask: as many pins as messages.
            _ = try await Self.expectLoads(Array(text.utf8))
        } else {
            try await Self.expectRefusal(Array(text.utf8), [.damaged, .notAHistory], "\(text)")
        }
    }

    static let wrongRecords = [
        #"{}"#, #"{"id":7}"#, #"{"id":"e","date":"yesterday"}"#, #"{"id":"e","date":"2026-13-01T00:00:00Z"}"#,
        #"{"id":"e","date":true}"#, #"{"id":"e","pinned":"yes"}"#, #"{"id":"e","sender":null}"#,
        #"{"id":"e","metadata":[]}"#, #"{"id":"e","action":{}}"#, #"{"id":"e","action":7}"#,
        #"{"id":"e","summary":{"through":"x"}}"#, #"{"turn":{}}"#, #"{"turn":{"id":"t","entries":[1]}}"#,
        #"{"turn":{"id":"t","entries":[2,1]}}"#, #"{"turn":{"id":"t","entries":[-1,1]}}"#,
        #"{"turn":{"id":"t","entries":[0,99999999999999999999]}}"#, #"{"turn":7}"#, #"{"rewound":{"entries":7}}"#,
        #"{"rewound":{"entries":[{}]}}"#,
    ]

    @Test("Wrong records", arguments: wrongRecords)
    func wrongRecord(record: String) async throws {
        try await Self.expectRefusal(ofRecord: record, .damaged)
    }

    @Test(
        "Messages that are JSON, and no messages: the history is not damaged",
        arguments: [
            #"{"id":"e","message":"x"}"#, #"{"id":"e","message":{}}"#, #"{"id":"e","message":{"role":"user"}}"#,
            #"{"id":"e","message":{"role":1,"content":[]}}"#, #"{"id":"e","message":{"role":"user","content":"x"}}"#,
        ]
    )
    func wrongMessage(record: String) async throws {
        try await Self.expectRefusal(ofRecord: record, .undecodableMessage)
    }

    @Test(
        "Messages of version 1 that are JSON, and no messages: the history is not damaged",
        arguments: [
            #"{"version":1,"messages":[7],"pinned":[true]}"#,
            #"{"version":1,"messages":[{"User":{"blocks":[]},"x":1}],"pinned":[true]}"#,
        ]
    )
    func wrongMessageOfVersion1(text: String) async throws {
        try await Self.expectRefusal(Array(text.utf8), [.undecodableMessage], "\(text)")
    }

    /// Checks a history of one record, as a document and as lines.
    private static func expectRefusal(ofRecord record: String, _ code: Code) async throws {
        let header = #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history":["#
        let document = header + record + #"],"state":{"revision":1,"count":1}}"#
        try await Self.expectRefusal(Array(document.utf8), [code], "\(record)")
        // In lines, covered by a checksum that holds: it was written so.
        var checksum = CRC32()
        Array(header.utf8).withUnsafeBytes { checksum.update($0) }
        Array(record.utf8).withUnsafeBytes { checksum.update($0) }
        var lines = JSONWriter()
        lines.append(utf8Of: header + "\n" + record)
        _ = HistoryFooter.write(revision: 1, count: 1, members: [], checksum: checksum, to: &lines)
        try await Self.expectRefusal(lines.withUnsafeBytes(Array.init), [code], "\(record)")
    }

    @Test("A newer version is refused by its name, whatever its body is")
    func newerVersion() async throws {
        for text in [
            "{\"format\":\"conversation-history\",\"version\":3,\"history\":[\nwhat ever\n],\"state\":{}}\n",
            "{\"format\":\"conversation-history\",\"version\":3,\"entries\":{\"a\":}",
            "{\n  \"format\": \"conversation-history\",\n  \"version\": 3,\n  \u{1}",
            "{\"version\":4,\"format\":\"conversation-history\",\"x\":[[[",
            "{\"format\":\"conversation-history\",\"version\":99999999999999999999,\"history\":[]}",
            "{\"version\":2,\"messages\":[{\"System\":{}}],\"pinned\":[false]}",
            "{\"version\":999,\"messages\":[],\"pinned\":[]}",
        ] {
            try await Self.expectRefusal(Array(text.utf8), [.newerVersion], "\(text)")
        }
    }

    @Test("Messages of another type are refused by the name of the type")
    func otherMessages() async throws {
        let text = String(decoding: Self.sound(), as: UTF8.self)
            .split(separator: "\"messages\":\"chat\"", maxSplits: 1).joined(
                separator: "\"messages\":\"Another\""
            )
        try await Self.expectRefusal(Array(text.utf8), [.wrongMessageType])
        let pretty =
            "{\"format\":\"conversation-history\",\"version\":2,\"messages\":\"Another\",\"history\":[],\"state\":{}}"
        try await Self.expectRefusal(Array(pretty.utf8), [.wrongMessageType])
    }

    @Test("A revision that no save can be counted on from is damage")
    func hugeRevision() async throws {
        for revision in [Int.max, Int.max - 1, -1] {
            let text =
                "{\"format\":\"conversation-history\",\"version\":2,\"messages\":\"chat\",\"lineage\":\"l\","
                + "\"history\":[],\"state\":{\"revision\":\(revision),\"count\":0}}"
            try await Self.expectRefusal(Array(text.utf8), [.damaged], "\(revision)")
        }
    }

    @Test("Bytes that are no UTF-8, and control characters")
    func invalidText() async throws {
        for bytes: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x00], [0x1f]] {
            for style in [SnapshotStyle.lines, .pretty, .version1] {
                var whole = Self.sound(style)
                let place = try #require(whole.indices.first { whole[$0...].starts(with: "text 1".utf8) })
                whole.replaceSubrange(place..<place + bytes.count, with: bytes)
                try await Self.expectRefusal(whole, [.damaged], "\(bytes) \(style)")
            }
        }
    }

    @Test("An escaped NUL is text as any other")
    func escapedNUL() async throws {
        var snapshot = Snapshot(id: "c\u{0}", title: "\u{0}")
        try snapshot.append(.user("a\u{0}b"))
        for style in [SnapshotStyle.lines, .pretty] {
            _ = try await Self.expectLoads(snapshot.encoded(style: style), as: snapshot)
        }
    }

    @Test("Ten thousand levels are refused and do not exhaust the stack")
    func deep() async throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = String(repeating: open, count: 10_000) + "0" + String(repeating: close, count: 10_000)
            let head =
                #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history":["#
            for text in [
                deep, "{\"a\":\(deep)}", head + deep, head + "\n" + deep,
                head + #"{"id":"e","later":"# + deep + #"}],"state":{"count":1}}"#,
                head + #"],"state":{"count":0,"metadata":{"a":"# + deep + "}}}",
                #"{"version":1,"messages":[{"User":"# + deep + #"}],"pinned":[false]}"#,
            ] {
                try await Self.expectRefusal(Array(text.utf8), [.damaged, .notAHistory], "\(text.prefix(120))")
            }
        }
    }

    @Test("What is nested as deep as a file may have it can also be saved again")
    func asDeepAsRead() async throws {
        let head = #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history":["#
        for depth in stride(from: 505, through: 580, by: 1) {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let text = head + #"{"id":"e","later":"# + deep + #"}],"state":{"count":1}}"#
            let file = HistoryFile()
            file.put(Array(text.utf8))
            let store = file.store()
            guard var found = await self.found(in: store) else {
                #expect(depth > JSONValue.maximumDepth)
                continue
            }
            try found.append(.user("next"))
            try await store.save(found)
            #expect(try await file.loaded() == found, "depth \(depth)")
        }
    }

    private func found(in store: HistoryFile.Store) async -> Snapshot? {
        do { return try await store.load() } catch { return nil }
    }

    @Test("Zeros behind the end, as a loss of power leaves them, are passed over")
    func trailingZeros() async throws {
        let whole = Self.sound()
        let expected = try Snapshot(decoding: whole)
        for count in [1, 7, 512, 4096, 3 << 20] {
            _ = try await Self.expectLoads(whole + [UInt8](repeating: 0, count: count), as: expected, "\(count) zeros")
        }
        for style in [SnapshotStyle.pretty, .version1] {
            try await Self.expectRefusal(Self.sound(style) + [0, 0], [.damaged])
        }
        for count in [1, 100] {
            try await Self.expectRefusal([UInt8](repeating: 0, count: count), [.notAHistory, .damaged])
        }
    }

    @Test("A byte-order mark is told of, and a file with other line ends is read")
    func editors() async throws {
        for style in [SnapshotStyle.lines, .pretty, .version1] {
            let whole = Self.sound(style)
            try await Self.expectRefusal([0xef, 0xbb, 0xbf] + whole, [.notAHistory])
            let converted = whole.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
            _ = try await Self.expectLoads(converted, as: try Snapshot(decoding: whole))
        }
    }

    @Test(
        "A merge that was not resolved is damage, although one side is whole",
        arguments: [SnapshotStyle.lines, .pretty]
    )
    func mergeConflict(style: SnapshotStyle) async throws {
        let base = try Snapshot(decoding: Self.sound())
        var (ours, theirs) = (base, base)
        try ours.append(.user("ours"))
        try theirs.append(.user("theirs"))
        func lines(_ snapshot: Snapshot) throws -> [Substring.UTF8View.SubSequence] {
            String(decoding: try snapshot.encoded(style: style), as: UTF8.self).utf8.split(
                separator: UInt8(ascii: "\n")
            )
        }
        let (left, right) = (try lines(ours), try lines(theirs))
        let common = zip(left, right).prefix { $0.elementsEqual($1) }.count
        var merged = Array(left[..<common].joined(separator: [UInt8(ascii: "\n")]))
        for part in ["\n<<<<<<< HEAD\n", "=======\n", ">>>>>>> branch\n"] {
            merged += Array(part.utf8)
            if part.contains("<") { merged += left[common...].flatMap { Array($0) + [UInt8(ascii: "\n")] } }
            if part.contains("=") { merged += right[common...].flatMap { Array($0) + [UInt8(ascii: "\n")] } }
        }
        try await Self.expectRefusal(merged, [.damaged])
    }

    @Test("Larger than the limits, it is refused, and so is a save that could not be loaded again")
    func limits() async throws {
        let limits = HistoryLimits(entryBytes: 2000, documentBytes: 4000)
        for style in [SnapshotStyle.lines, .pretty, .version1] {
            for size in [100, 1000, 1900, 1990, 2000, 2100, 5000, 3 << 20] {
                for part in 0..<4 {
                    let text = String(repeating: "x", count: size)
                    var snapshot = Snapshot(id: part == 3 ? ConversationID(text) : nil)
                    if part == 0 { snapshot.title = text }
                    if part == 1 { try snapshot.append(.user(text), date: nil) }
                    if part == 2 { for _ in 0..<size / 500 { try snapshot.append(.user("short"), date: nil) } }
                    let file = HistoryFile()
                    let store = file.store(style: style, limits: limits)
                    let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
                    if let error {
                        #expect(error.code == .tooLarge)
                        #expect(!file.directory.names().contains(file.name))
                    } else {
                        let found = try await file.store(style: style, limits: limits).load()
                        #expect(found?.messages.count == snapshot.messages.count, "\(size) \(part)")
                    }
                }
            }
        }
        for style in [SnapshotStyle.pretty, .version1] {
            let large = [UInt8](repeating: 0x20, count: 4000) + Self.sound(style)
            try await Self.expectRefusal(large, [.tooLarge], limits: limits)
        }
        let line = Self.sound() + Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
        try await Self.expectRefusal(line, [.tooLarge], limits: limits)
    }

    @Test("A draft that is too large is refused before it makes the history unreadable")
    func largeDraft() async throws {
        let limits = HistoryLimits(entryBytes: 2 << 20, documentBytes: 4 << 20)
        let file = HistoryFile()
        let store = file.store(limits: limits)
        var snapshot = Snapshot(title: String(repeating: "t", count: 1 << 20))
        try await store.save(snapshot)
        let draft = ChatMessage.assistant(String(repeating: "x", count: 3 << 19))
        try snapshot.append(HistoryEntry(.message(draft), isIncomplete: true))
        snapshot.openTurn = Turn(entries: 0..<1)
        let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
        #expect(error?.code == .tooLarge)
        #expect(try await file.store(limits: limits).load()?.entries.isEmpty == true)
        snapshot.title = nil
        try await store.save(snapshot)
        #expect(try await file.store(limits: limits).load() == snapshot)
    }

    @Test("Directories, FIFOs and places that are not there")
    func notFiles() async throws {
        let file = HistoryFile()
        file.directory.makeDirectory("directory")
        file.directory.makeFIFO("fifo")
        file.directory.makeLink("loop", to: "loop")
        file.put(Self.sound())
        let snapshot = Snapshot(id: "fresh")
        for (name, code) in [
            ("directory", Code.notAHistory), ("fifo", .notAHistory), ("loop", .notAHistory),
            ("missing/c.json", .notFound),
            ("chat.json/c.json", .notFound), (String(repeating: "n", count: 300), .notFound), ("..", .notAHistory),
        ] {
            let path = file.directory.path(name)
            let store = JSONFileHistoryStore(path: path)
            let loading = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            #expect(loading?.code == code, "load \(name)")
            #expect(loading?.description.contains(file.directory.path) == true)
            for store in [store, JSONFileHistoryStore(path: path)] {
                let saving = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
                #expect(saving?.code == code, "save \(name)")
            }
        }
        for path in ["", "a\u{0}b"] {
            let store = JSONFileHistoryStore(path: path)
            #expect(await failure { () throws(HistoryStoreError) in _ = try await store.load() }?.code == .notFound)
        }
        #expect(file.content == Self.sound())
    }

    @Test(
        "A file that may not be read",
        .disabled(if: TemporaryDirectory.ignoresPermissions, "the super-user may read")
    )
    func unreadable() async throws {
        let file = HistoryFile()
        file.directory.write(file.name, Self.sound(), mode: 0o000)
        let store = file.store()
        let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
        #expect(error?.code == .permissionDenied)
        #expect(await failure { () throws(HistoryStoreError) in try await store.save(Snapshot()) } != nil)
        #expect(file.directory.mode(file.name) == 0)
    }

    @Test(
        "A read that the system refuses",
        arguments: [ErrorNumber.inputOutput, ErrorNumber.permissionDenied.sorted()[0]]
    )
    func unreadable(errno: CInt) async throws {
        for name in ["openat", "fstat", "pread"] {
            let file = HistoryFile()
            file.put(Self.sound())
            let faults = PlannedFaults()
            let store = file.store(calls: faults.calls)
            faults.begin { number, call in call.name == name && number > 1 ? .fail(errno) : nil }
            let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            _ = faults.end()
            #expect(error?.code == (errno == ErrorNumber.inputOutput ? .io : .permissionDenied), "\(name)")
            #expect(await failure { () throws(HistoryStoreError) in try await store.save(Snapshot()) } != nil)
            #expect(file.content == Self.sound())
            var snapshot = try #require(try await store.load())
            try snapshot.append(.user("next"))
            try await store.save(snapshot)
            #expect(try await file.loaded() == snapshot)
        }
    }
}
