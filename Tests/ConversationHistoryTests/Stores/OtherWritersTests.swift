import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A file that others write as well")
struct OtherWritersTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A history that a store has saved, and what it would save next.
    struct Scene {
        let file = HistoryFile()
        let store: HistoryFile.Store
        var snapshot = Snapshot(id: "c", title: "title")

        init(style: SnapshotStyle = .lines, saves: Int = 2) async throws {
            store = file.store(style: style)
            for index in 0..<saves {
                try snapshot.append(.user("text \(index)"))
                try await store.save(snapshot)
            }
            try snapshot.append(.user("next"))
        }

        /// Checks that the next save is refused as a conflict, and that loading is what helps.
        func expectConflict(_ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let content = file.content
            for changed in [snapshot, Snapshot(id: "other")] {
                let error = await failure { () throws(HistoryStoreError) in try await store.save(changed) }
                #expect(error?.code == .conflict, comment, sourceLocation: sourceLocation)
                #expect(error?.location == file.path, sourceLocation: sourceLocation)
            }
            #expect(file.content == content, comment, sourceLocation: sourceLocation)
            var next = try await store.load() ?? Snapshot(id: "new")
            try next.append(.user("after the conflict"))
            try await store.save(next)
            #expect(try await file.loaded() == next, comment, sourceLocation: sourceLocation)
        }

        /// Checks that the next save succeeds.
        func expectSuccess(_ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
            try await store.save(snapshot)
            #expect(try await file.loaded() == snapshot, comment, sourceLocation: sourceLocation)
            file.expectSound(comment, sourceLocation: sourceLocation)
        }
    }

    static let styles = [SnapshotStyle.lines, .pretty]

    @Test("A file that was only touched, copied, or put back is no conflict", arguments: styles)
    func sameContent(style: SnapshotStyle) async throws {
        var scene = try await Scene(style: style)
        scene.file.directory.setModified("chat.json", secondsAgo: 1000)
        try await scene.expectSuccess("touched")

        scene = try await Scene(style: style)
        let content = scene.file.content
        scene.file.put(content)
        try await scene.expectSuccess("written over with the same")

        scene = try await Scene(style: style)
        let copy = scene.file.content
        scene.file.directory.remove("chat.json")
        scene.file.put(copy)
        try await scene.expectSuccess("removed and put back")

        scene = try await Scene(style: style)
        scene.file.directory.write("chat.json", scene.file.content, mode: 0o640)
        try await scene.expectSuccess("another mode")
        #expect(scene.file.directory.mode("chat.json") == 0o640)
    }

    @Test("Another writer's save is a conflict", arguments: styles, styles)
    func otherSave(style: SnapshotStyle, otherStyle: SnapshotStyle) async throws {
        for change in 0..<3 {
            let scene = try await Scene(style: style)
            let other = scene.file.store(style: otherStyle)
            var theirs = try #require(try await other.load())
            switch change {
            case 0: try theirs.append(.user("theirs"))
            case 1: theirs.title = "theirs"
            default: try theirs.setPinned(true, theirs.entries[0].id)
            }
            try await other.save(theirs)
            try await scene.expectConflict("change \(change)")
        }
    }

    @Test("A file that was deleted, or deleted and begun anew, is a conflict", arguments: styles)
    func deleted(style: SnapshotStyle) async throws {
        var scene = try await Scene(style: style)
        scene.file.directory.remove("chat.json")
        let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.snapshot) }
        #expect(error?.code == .conflict)
        #expect(scene.file.directory.read("chat.json") == nil)
        #expect(try await scene.store.load() == nil)
        try await scene.store.save(scene.snapshot)
        #expect(try await scene.file.loaded() == scene.snapshot)

        scene = try await Scene(style: style)
        scene.file.directory.remove("chat.json")
        // As many saves of the same snapshots: the revisions are equal, the lineages are not.
        let other = scene.file.store(style: style)
        try await other.save(Snapshot(id: "c", title: "title"))
        try await scene.expectConflict("begun anew")
    }

    @Test("A file that was cut, edited or replaced is a conflict or damage, never written over", arguments: styles)
    func changed(style: SnapshotStyle) async throws {
        for index in 0..<6 {
            let scene = try await Scene(style: style)
            let original: [UInt8] = scene.file.content
            var bytes: [UInt8] = original
            switch index {
            case 0: bytes = []
            case 1: bytes.removeLast(original.count / 2)
            case 2: bytes = Self.replacing("text 0", "Text 0", in: original)
            case 3: bytes = Self.replacing("title\"", "tit1e\"", in: original)
            case 4: bytes = BadInputTests.sound(style)
            default: bytes.insert(UInt8(ascii: "x"), at: 0)
            }
            try #require(bytes != original)
            scene.file.put(bytes)
            for _ in 0..<2 {
                let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.snapshot) }
                let code = try #require(error?.code)
                let isTold = code == .conflict || code == .damaged || code == .notAHistory
                #expect(isTold, "change \(index)")
                #expect(scene.file.content == bytes, "change \(index)")
            }
            // When the old content is back, all is well.
            scene.file.put(original)
            try await scene.expectSuccess("change \(index)")
        }
    }

    private static func replacing(_ text: String, _ other: String, in bytes: [UInt8]) -> [UInt8] {
        let wanted: [UInt8] = Array(text.utf8)
        for place in 0..<bytes.count - wanted.count where Array(bytes[place..<place + wanted.count]) == wanted {
            return Array(bytes[..<place]) + Array(other.utf8) + Array(bytes[(place + wanted.count)...])
        }
        return bytes
    }

    @Test("Two histories that went on from one copy are told apart, although they have the same revision")
    func sameRevision() async throws {
        for change in 0..<2 {
            let scene = try await Scene()
            let copy = scene.file.content
            var ours = try #require(try await scene.file.loaded())
            if change == 0 { ours.title = "ours" } else { try ours.append(.user("ours")) }
            try await scene.store.save(ours)
            // The copy is put back, and another writer goes on from it.
            scene.file.put(copy)
            let other = scene.file.store()
            var theirs = try #require(try await other.load())
            if change == 0 { theirs.title = "they" } else { try theirs.append(.user("they")) }
            try await other.save(theirs)
            let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.snapshot) }
            #expect(error?.code == .conflict, "change \(change)")
            #expect(try await scene.file.loaded() == theirs)
        }
    }

    @Test("A store that has not loaded does not write over a history, unless it is told to")
    func notLoaded() async throws {
        let scene = try await Scene()
        let content = scene.file.content
        let other = scene.file.store()
        #expect(await failure { () throws(HistoryStoreError) in try await other.save(Snapshot()) }?.code == .conflict)
        #expect(scene.file.content == content)
        try await other.overwrite(with: Snapshot(title: "new"))
        #expect(try await scene.file.loaded()?.title == "new")
        try await scene.expectConflict("overwritten")
    }

    @Test("A store that found nothing does not write over what came to be meanwhile")
    func cameToBe() async throws {
        let file = HistoryFile()
        let first = file.store()
        #expect(try await first.load() == nil)
        try await file.store().save(Snapshot(title: "theirs"))
        #expect(await failure { () throws(HistoryStoreError) in try await first.save(Snapshot()) }?.code == .conflict)
        #expect(try await file.loaded()?.title == "theirs")
    }
}
