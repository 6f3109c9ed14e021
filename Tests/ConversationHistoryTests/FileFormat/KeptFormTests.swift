import TestSupport
import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a history holds beside what this version reads, and spelled as this version would not spell it.
@Suite("Edits keep the stored form of what they do not touch")
struct KeptFormTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// Unknown members at every level, halves of surrogate pairs, duplicate keys, odd numbers and dates.
    static let document = #"""
        {"format":"conversation-history","version":2,"messages":"chat","lineage":"l","id":"c",
        "created":"2026-01-01T12:00:00.000Z","h\ud83d":"\udc00","hh":[1e400,-0,1.0,1.50],
        "history":[
        {"taken":{"id":"r1","sender":"\ud801","message":{"role":"user","content":[]}},"unknown":1},
        {"rewound":{"position":0,"count":1,"turns":[{"id":"rt","entries":[0,1],"unknown":"\ud802"}],"unknown":2},"u":3},
        {"id":"action","id":"a","date":"2026-01-01T12:00:00+02:00","sender":"s","pinned":false,
         "action":{"first":1e400,"name":"press","by":{"x":"\ud803"},"payload":{"k":1.0,"k":2.00,"z":null},"last":[1,2]},
         "metadata":{"b":1.50,"b":"\ud804","a":{"z":0e0}},"unknown":{"deep":["\ud805"]}},
        {"id":"u","date":"2026-01-01T12:00:00.120Z","sender":"\ud806","metadata":{},"incomplete":false,
         "message":{"unknown":[-0,"\ud807"],"role":"user","content":[
          {"type":"text","text":"one","cache":{"ttl":5.0}},{"type":"text","text":"\ud808"},{"type":"hologram","x":"\ud809"},
          {"type":"tool_call","id":"t","name":"n","arguments":{"n":1e2,"n":1},"more":"\ud80a"}]}},
        {"turn":{"id":"t1","entries":[0,2],"started":"2026-01-01T12:00:00+00:00","outcome":"completed",
         "usage":{"output_tokens":2,"input_tokens":1,"price":1.10,"price":1.1,"note":"\ud80e"},"unknown":"\ud80f"},"u":4},
        {"id":"p","pinned":true,"pinned":true,"message":{"role":"assistant","content":[{"type":"text","text":"x"}]},
         "message":"second","unknown":"\ud80b"},
        {"id":"s","summary":{"by":"me","through":"p","message":{"role":"user","content":[{"text":"sum","type":"text",
         "u":"\ud80c"}]},"cost":1.00},"unknown":null},
        {"id":"o","vote":{"for":"\ud80d","weights":[1e-7]},"sender":"o"},
        {"turn":{"id":"t2","entries":[2,5],"ended":"2026-01-02T00:00:00.5Z","usage":{"input_tokens":7,"output_tokens":0,
         "cached":3.0}},"u":"\ud810"}
        ],"state":{"revision":5,"count":9,"updated":"2026-01-03T00:00:00.000Z","title":"half \ud811","mood":"\ud812",
        "owner":{"user":"me \ud813","team":"\ud814","organization":"org"},
        "origin":{"conversation":"parent","entry":"e \ud815","why":1.0},
        "metadata":{"k":1.0,"k":"\ud816","z":1e400},"more":[1.50]}}
        """#

    static func load() throws -> Snapshot { try Snapshot(decoding: Array(document.utf8)) }

    /// An edit, and the paths in the document at which something may then be different.
    struct Edit: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var paths: [String] = []
        var apply: @Sendable (inout Snapshot) throws -> Void

        init(_ name: String, _ paths: [String] = [], _ apply: @escaping @Sendable (inout Snapshot) throws -> Void) {
            testDescription = name
            self.paths = paths
            self.apply = apply
        }
    }

    static let edits: [Edit] = [
        Edit("none") { _ in },
        Edit("no change to any entry") { for id in $0.entries.map(\.id) { try $0.update(id) { _ in } } },
        Edit("sender of a message", ["history.3.sender"]) { try $0.update("u") { $0.sender = "you" } },
        Edit("no sender of a message", ["history.3.sender"]) { try $0.update("u") { $0.sender = nil } },
        Edit("sender of an action", ["history.2.sender"]) { try $0.update("a") { $0.sender = "you" } },
        Edit("sender of a summary", ["history.6.sender"]) { try $0.update("s") { $0.sender = "you" } },
        Edit("sender of another kind", ["history.7.sender"]) { try $0.update("o") { $0.sender = "you" } },
        Edit("date of an action", ["history.2.date"]) {
            try $0.update("a") { $0.date = Date(timeIntervalSinceReferenceDate: 0) }
        },
        Edit("no date", ["history.2.date"]) { try $0.update("a") { $0.date = nil } },
        Edit("name of an action", ["history.2.action.name"]) {
            try $0.update("a") {
                $0.content = .action(HistoryAction(name: "hold", payload: $0.action?.payload ?? .null))
            }
        },
        Edit("pin of an action", ["history.2.pinned"]) { try $0.setPinned(true, "a") },
        Edit("pin of a message", ["history.3.pinned"]) { try $0.setPinned(true, "u") },
        Edit("pin by update", ["history.3.pinned"]) { try $0.update("u") { $0.isPinned = true } },
        Edit("unpinning what is pinned twice", ["history.5.pinned"]) { try $0.setPinned(false, "p") },
        Edit("unpinning by update", ["history.5.pinned"]) { try $0.update("p") { $0.isPinned = false } },
        Edit("being incomplete", ["history.3.incomplete"]) { try $0.update("u") { $0.isIncomplete = true } },
        Edit("metadata of a message", ["history.3.metadata"]) { try $0.update("u") { $0.metadata = ["x": 1] } },
        Edit("metadata of an action", ["history.2.metadata.new"]) { try $0.update("a") { $0.metadata["new"] = 1 } },
        Edit("additional member", ["history.3.new"]) { try $0.update("u") { $0.additionalFields["new"] = 1 } },
        Edit("text of a block", ["history.3.message.content.0.text"]) {
            try $0.update("u") { entry in
                guard var message = entry.message else { return }
                message.content[0] = .text(
                    TextBlock("two", additionalFields: ["cache": ["ttl": .number(JSONNumber(unchecked: "5.0"))]])
                )
                entry.content = .message(message)
            }
        },
        Edit("block appended", ["history.3.message.content.4"]) {
            try $0.update("u") { entry in
                guard var message = entry.message else { return }
                message.content.append(.text("three"))
                entry.content = .message(message)
            }
        },
        Edit("text of a summary", ["history.6.summary.message.content.0.text"]) {
            try $0.update("s") { entry in
                guard var summary = entry.summary, case .text(var block) = summary.message.content[0] else { return }
                block.text = "other"
                summary.message.content[0] = .text(block)
                entry.content = .summary(summary)
            }
        },
        Edit("title", ["state.title"]) { $0.title = "new" },
        Edit("no title", ["state.title"]) { $0.title = nil },
        Edit("user", ["state.owner.user"]) { $0.owner?.user = "you" },
        Edit("metadata", ["state.metadata.new"]) { $0.metadata["new"] = 1 },
        Edit("origin", ["state.origin.entry"]) { $0.origin?.entry = "e2" },
        Edit("date of the last change", ["state.updated"]) { $0.updated = Date(timeIntervalSinceReferenceDate: 0) },
        Edit("an entry more", ["history.9"]) {
            try $0.append(HistoryEntry(.message(.user("new")), id: "new", date: nil))
        },
    ]

    @Test("What an edit does not touch comes back byte for byte", arguments: edits)
    func keeps(_ edit: Edit) throws {
        let original = FlatJSON(Array(Self.document.utf8))
        for style in [SnapshotStyle.lines, .pretty] {
            var snapshot = try Self.load()
            try edit.apply(&snapshot)
            let bytes = try snapshot.encoded(style: style)
            let saved = FlatJSON(bytes)
            let allowed = edit.paths + ["state.revision", "state.count", "state.checksum", "lineage"]
            #expect(saved.without(allowed) == original.without(allowed))
            // And what was written is read as what it was meant to be.
            let again = try Snapshot(decoding: bytes)
            #expect(again == snapshot)
            #expect(FlatJSON(try again.encoded(style: style)).without([]) == saved.without([]))
        }
    }

    @Test("An entry that says twice that it is pinned can be unpinned")
    func unpinning() throws {
        for unpin in [
            { (snapshot: inout Snapshot) in try snapshot.setPinned(false, "p") },
            { (snapshot: inout Snapshot) in try snapshot.update("p") { $0.isPinned = false } },
        ] {
            var snapshot = try Self.load()
            #expect(snapshot.entries[2].isPinned)
            try unpin(&snapshot)
            #expect(try !Snapshot(decoding: try snapshot.encoded()).entries[2].isPinned)
        }
    }

    @Test("The edits of a conversation keep it as well")
    func conversation() async throws {
        let file = HistoryFile()
        file.put(Array(Self.document.utf8))
        let conversation = try await Conversation(restoring: file.store())
        try await conversation.edit("u") { $0.sender = "you" }
        try await conversation.updateMetadata { $0["new"] = 1 }
        try await conversation.pin("a")
        try await conversation.unpin("p")
        let allowed = [
            "history.3.sender", "history.2.pinned", "history.5.pinned", "state.metadata.new", "state.updated",
            "state.revision", "state.checksum", "lineage",
        ]
        let original = FlatJSON(Array(Self.document.utf8))
        #expect(FlatJSON(file.content).without(allowed) == original.without(allowed))
        try await conversation.remove("p")
        let saved = FlatJSON(file.content)
        let through = ["summary.through"]
        #expect(saved.inside("history.5").without(through) == original.inside("history.6").without(through))
        #expect(try await file.loaded() == conversation.snapshot)
    }

    @Test("A change of the state keeps a message under way that others stand behind", arguments: ["title", "draft"])
    func draft(change: String) throws {
        let document = #"""
            {"format":"conversation-history","version":2,"messages":"chat","lineage":"l",
            "id":"c","history":[
            {"id":"q","message":{"role":"user","content":[]}},{"id":"x","action":{"name":"x"}}
            ],"state":{"revision":1,"count":2,"title":"t","turn":{"id":"t","entries":[0,3]},
            "draft":{"position":1,"id":"d","incomplete":true,"sender":"\ud800",
             "message":{"role":"assistant","content":[{"type":"text","text":"half"}]}},"mood":"\ud812"}}
            """#
        var snapshot = try Snapshot(decoding: Array(document.utf8))
        #expect(snapshot.entries.map(\.id) == ["q", "d", "x"])
        var allowed = ["state.revision", "state.checksum", "lineage"]
        if change == "title" {
            snapshot.title = "new"
            allowed.append("state.title")
        } else {
            try snapshot.update("d") { $0.metadata["k"] = 1 }
            allowed.append("state.draft.metadata")
        }
        let saved = try snapshot.encoded()
        #expect(FlatJSON(saved).without(allowed) == FlatJSON(Array(document.utf8)).without(allowed))
        #expect(try Snapshot(decoding: saved) == snapshot)
    }

    @Test("Turns whose stored forms are too long for one line are rewound all the same")
    func longRewind() async throws {
        var text = #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","id":"c","history":["#
        for number in 0..<100 {
            text += #"{"id":"\#(number)","message":{"role":"user","content":[]}},"#
            text +=
                #"{"turn":{"id":"t\#(number)","entries":[\#(number),\#(number + 1)],"unknown":"\ud800\#(number)"}},"#
        }
        text.removeLast()
        text += #"],"state":{"revision":1,"count":200}}"#
        let file = HistoryFile()
        file.put(Array(text.utf8))
        let limits = HistoryLimits(entryBytes: 512)
        let store = file.store(limits: limits)
        var snapshot = try #require(try await store.load())
        snapshot.rewind(to: 0, date: nil)
        try await store.save(snapshot)
        let read = try #require(try await file.store(limits: limits).load())
        #expect(read.rewound.map(\.turns.count) == [100])
        #expect(read.rewound.map(\.entries.count) == [100])
    }

    @Test("A removed entry takes nothing of a summary or of turns along")
    func removing() throws {
        var snapshot = try Self.load()
        // What the summary reaches to.
        try snapshot.remove("p")
        #expect(snapshot.entries[2].summary?.through == "u")
        let original = FlatJSON(Array(Self.document.utf8))
        let saved = FlatJSON(try snapshot.encoded())
        func moved(_ old: String, _ new: String, _ allowed: [String] = []) {
            #expect(saved.inside(new).without(allowed) == original.inside(old).without(allowed))
        }
        moved("history.4", "history.4")
        moved("history.6", "history.5", ["summary.through"])
        moved("history.7", "history.6")
        moved("history.8", "history.7", ["turn.entries"])
    }

    @Test("A rewind and a fork keep what they move")
    func moving() throws {
        let original = FlatJSON(Array(Self.document.utf8))
        var rewound = try Self.load()
        rewound.rewind(to: 2, date: nil)
        let saved = FlatJSON(try rewound.encoded())
        for (old, new) in [(5, 2), (6, 3), (7, 4)] {
            #expect(saved.inside("history.\(new).taken").without([]) == original.inside("history.\(old)").without([]))
        }
        let turn = saved.inside("history.5.rewound.turns.0")
        #expect(turn.without(["u"]) == original.inside("history.8.turn").without([]))
        #expect(turn.inside("u").without([]) == original.inside("history.8.u").without([]))
        #expect(saved.inside("history.8").without([]) == original.inside("history.4").without([]))

        let fork = FlatJSON(try Self.load().forked(count: 2, id: "f", date: nil).encoded())
        #expect(fork.inside("history.0").without([]) == original.inside("history.2").without([]))
        #expect(fork.inside("history.1").without([]) == original.inside("history.3").without([]))
        #expect(fork.inside("state.owner").without([]) == original.inside("state.owner").without([]))
        // Its origin is another one.
        #expect(fork.inside("state.origin.why").without([]).isEmpty)
    }

    @Test("An edit counts, whatever the stored form looks like", arguments: 0..<40 as Range<UInt64>)
    func editsCount(seed: UInt64) throws {
        var numbers = TestSupport.SeededGenerator(seed: seed)
        var snapshot = try Self.load()
        for _ in 0..<12 {
            guard let id = snapshot.entries.randomElement(using: &numbers)?.id else { return }
            try snapshot.update(id) { entry in
                switch Int.random(in: 0..<9, using: &numbers) {
                case 0: entry.sender = [nil, "a", "e\u{301}", "\u{e9}"].randomElement(using: &numbers) ?? nil
                case 1: entry.isPinned.toggle()
                case 2: entry.isIncomplete.toggle()
                case 3:
                    entry.metadata =
                        [[:], ["b": 1], ["b": "e\u{301}"], ["b": "\u{e9}"]].randomElement(using: &numbers) ?? [:]
                case 4:
                    entry.content = .message(.user(["e\u{301}", "\u{e9}", ""].randomElement(using: &numbers) ?? ""))
                case 5: entry.content = .action(HistoryAction(name: "x", payload: [1]))
                case 6:
                    entry.date = [nil, Date(timeIntervalSinceReferenceDate: 0.5)].randomElement(using: &numbers) ?? nil
                case 7:
                    // Of an entry of another kind they are what it holds.
                    if case .other = entry.content { return }
                    entry.additionalFields = [[:], ["unknown": 1]].randomElement(using: &numbers) ?? [:]
                default:
                    guard var message = entry.message, !message.content.isEmpty else { return }
                    message.content.remove(at: Int.random(in: 0..<message.content.count, using: &numbers))
                    entry.content = .message(message)
                }
            }
            let read = try Snapshot(decoding: try snapshot.encoded())
            #expect(read == snapshot)
            for position in snapshot.entries.indices {
                // Without their stored forms, they are the same bytes, too.
                var left = JSONWriter()
                var right = JSONWriter()
                try EntryCoding<ChatMessage>().write(snapshot.entries[position], to: &left)
                try EntryCoding<ChatMessage>().write(read.entries[position], to: &right)
                #expect(left.string.utf8.elementsEqual(right.string.utf8))
            }
        }
    }
}

/// The parts of a JSON text with their paths, each as it is written; a key that stands there twice is there twice.
private struct FlatJSON {
    private var parts: [(path: String, text: String)] = []
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        readValue("")
    }

    /// The parts as lines, in the order of their paths, but for those at or in some of these.
    func without(_ paths: [String]) -> [String] {
        parts.filter { part in !paths.contains { part.path == $0 || part.path.hasPrefix($0 + ".") } }
            .map { "\($0.path) = \($0.text)" }
            .enumerated().sorted {
                ($0.element.prefix { $0 != "=" }, $0.offset) < ($1.element.prefix { $0 != "=" }, $1.offset)
            }
            .map(\.element)
    }

    /// What is at or in a path, with the rest of the paths.
    func inside(_ path: String) -> FlatJSON {
        var copy = self
        copy.parts = parts.compactMap { part in
            if part.path == path { return ("", part.text) }
            return part.path.hasPrefix(path + ".") ? (String(part.path.dropFirst(path.count + 1)), part.text) : nil
        }
        return copy
    }

    private mutating func skip(_ bytes: String) {
        while place < self.bytes.count, bytes.utf8.contains(self.bytes[place]) { place += 1 }
    }

    private mutating func readString() -> String {
        let start = place
        place += 1
        while bytes[place] != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        place += 1
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func readValue(_ path: String) {
        skip(" \n,:")
        let start = place
        switch bytes[place] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = bytes[place] == UInt8(ascii: "{")
            place += 1
            var count = 0
            while true {
                skip(" \n,:")
                if bytes[place] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { break }
                let key = isObject ? String(readString().dropFirst().dropLast()) : String(count)
                readValue(path.isEmpty ? key : path + "." + key)
                count += 1
            }
            place += 1
            if count == 0 { parts.append((path, isObject ? "{}" : "[]")) }
        case UInt8(ascii: "\""): parts.append((path, readString()))
        default:
            while place < bytes.count, !" \n,:]}".utf8.contains(bytes[place]) { place += 1 }
            parts.append((path, String(decoding: bytes[start..<place], as: UTF8.self)))
        }
    }
}
