import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A history that is moved aside")
struct QuarantineTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// Files that are moved aside, whether or not they can be read.
    static let contents: [String: [UInt8]] = [
        "sound": BadInputTests.sound(),
        "pretty": BadInputTests.sound(.pretty),
        "newer": Array(#"{"format":"conversation-history","version":3,"later":true}"#.utf8),
        "damaged": Array(BadInputTests.sound().dropLast(20)),
        "empty": [],
        "other": Array("Dear diary".utf8),
    ]

    /// Returns the name of a file in the directory by the path of it.
    private func name(of path: String, in file: HistoryFile) throws -> String {
        let parts = path.split(separator: "/").map(String.init)
        #expect(path == file.directory.path(parts.last ?? ""))
        return try #require(parts.last)
    }

    @Test(
        "It stays as it was under its new name, and a new history begins",
        arguments: contents.keys.sorted(),
        [true, false]
    )
    func movesAside(kind: String, isLoaded: Bool) async throws {
        let bytes = try #require(Self.contents[kind])
        let file = HistoryFile()
        file.directory.write(file.name, bytes, mode: 0o640)
        let store = file.store()
        let other = file.store()
        let isSound = kind == "sound" || kind == "pretty"
        if isLoaded {
            let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            #expect((error == nil) == isSound)
        }
        let old = isSound ? try await other.load() : nil
        let aside = try name(of: try await store.quarantine(), in: file)
        #expect(aside.hasPrefix("chat.json.damaged-"))
        #expect(file.directory.read(aside) == bytes)
        #expect(file.directory.mode(aside) == 0o640)
        #expect(!file.directory.names().contains(file.name))

        var fresh = Snapshot(id: "fresh")
        try fresh.append(.user("first"))
        try await store.save(fresh)
        #expect(try await file.loaded() == fresh)
        #expect(file.directory.read(aside) == bytes)
        if var old {
            // Whoever knows the old history does not go on with it in the new one's place.
            try old.append(.user("more"))
            let error = await failure { () throws(HistoryStoreError) in try await other.save(old) }
            #expect(error?.code == .conflict)
        }
        try fresh.append(.user("second"))
        try await store.save(fresh)
        #expect(try await file.loaded() == fresh)
        #expect(file.directory.read(aside) == bytes)
        if isSound {
            let again = JSONFileHistoryStore(path: file.directory.path(aside))
            #expect(try await again.load()?.entries.count == 3)
        }
    }

    @Test("Several are moved aside side by side")
    func several() async throws {
        let file = HistoryFile()
        let store = file.store()
        var names: [String: [UInt8]] = [:]
        for index in 0..<5 {
            try await store.save(Snapshot(id: "c", title: String(index)))
            let content = file.content
            names[try name(of: try await store.quarantine(), in: file)] = content
        }
        #expect(names.count == 5)
        for (name, content) in names { #expect(file.directory.read(name) == content) }
    }

    @Test("Where nothing is, nothing can be moved", arguments: [true, false])
    func missing(isLoaded: Bool) async throws {
        let file = HistoryFile()
        let store = file.store()
        if isLoaded { #expect(try await store.load() == nil) }
        let error = await failure { () throws(HistoryStoreError) in _ = try await store.quarantine() }
        #expect(error?.code == .notFound)
        #expect(error?.operation == "quarantine")
        #expect(error?.location == file.path)
        #expect(error?.systemCall?.errno == ErrorNumber.noSuchFile)
        #expect(file.ownNames.isSuperset(of: file.directory.names()))
        try await store.save(Snapshot(id: "c"))
        #expect(try await file.loaded()?.id == "c")
        file.directory.makeDirectory("directory")
        let directory = JSONFileHistoryStore(path: file.directory.path("directory"))
        let refused = await failure { () throws(HistoryStoreError) in _ = try await directory.quarantine() }
        #expect(refused?.code == .notAHistory)
    }

    @Test("A name that is taken is left alone, and another one is found")
    func takenName() async throws {
        let file = HistoryFile()
        file.put(BadInputTests.sound())
        let faults = PlannedFaults()
        let store = file.store(calls: faults.calls)
        let opened = Locked(0)
        faults.begin { _, call in
            guard call.name == "openat" else { return nil }
            // The directory, the lock that is not there yet, the making of it, and then the new name.
            let count: Int = opened.withLock { (count: inout Int) -> Int in
                count += 1
                return count
            }
            return 4...6 ~= count ? .fail(ErrorNumber.fileExists) : nil
        }
        let path = try await store.quarantine()
        _ = faults.end()
        #expect(opened.value == 7)
        let aside = try name(of: path, in: file)
        #expect(aside.hasPrefix("chat.json.damaged-"))
        #expect(file.directory.read(aside) == BadInputTests.sound())
        #expect(file.ownNames.union([aside]).isSuperset(of: file.directory.names()))
    }

    @Test("Any call may fail: the file is where it was, or where it is said to be")
    func faults() async throws {
        var number = 1
        var wasMoved = false
        while true {
            let file = HistoryFile()
            let faults = PlannedFaults()
            let store = file.store(calls: faults.calls)
            var snapshot = Snapshot(id: "c", title: "title")
            try await store.save(snapshot)
            let content = file.content
            faults.begin { [number] count, _ in count == number ? .fail(ErrorNumber.inputOutput) : nil }
            let result: Result<String, HistoryStoreError>
            do throws(HistoryStoreError) {
                result = .success(try await store.quarantine())
            } catch { result = .failure(error) }
            let calls = faults.end()
            guard calls.count >= number else { break }
            let comment: Comment = "call \(number), \(calls[number - 1].name)"
            switch result {
            case .success(let path):
                #expect(file.directory.read(try name(of: path, in: file)) == content, comment)
                try await store.save(Snapshot(id: "new"))
            case .failure(let error) where error.code == .notDurable:
                wasMoved = true
                #expect(file.directory.read(try name(of: error.location, in: file)) == content, comment)
                try await store.save(Snapshot(id: "new"))
                #expect(try await file.loaded()?.id == "new", comment)
            case .failure(let error):
                #expect(error.code == .io, comment)
                #expect(file.content == content, comment)
                #expect(file.ownNames.isSuperset(of: file.directory.names()), comment)
                try snapshot.append(.user("next"))
                try await store.save(snapshot)
                #expect(try await file.loaded() == snapshot, comment)
            }
            number += 1
        }
        #expect(wasMoved)
    }

    @Test("Of a symbolic link, the file behind it is moved")
    func link() async throws {
        let file = HistoryFile()
        file.directory.makeDirectory("real")
        file.directory.write("real/history.json", BadInputTests.sound())
        file.directory.makeLink(file.name, to: "real/history.json")
        let store = file.store()
        let path = try await store.quarantine()
        #expect(path.hasPrefix(file.directory.path("real/history.json.damaged-")))
        #expect(TemporaryDirectory.content(of: path) == BadInputTests.sound())
        try await store.save(Snapshot(id: "fresh"))
        #expect(file.directory.isSymbolicLink(file.name))
        #expect(try await JSONFileHistoryStore(path: file.directory.path("real/history.json")).load()?.id == "fresh")
    }
}
