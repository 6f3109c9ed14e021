#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("Damage in the file of an SQLite library")
struct SQLiteLibraryDamageTests {
    private static let ids: [ConversationID] = ["a", "b", "c"]
    private static let pageSize = 4096

    let directory = TemporaryDirectory()

    /// What a sound library answers, and the bytes of its file.
    private struct Sample {
        var list: ListPage
        var snapshots: [ConversationID: ConversationSnapshot<ChatMessage>?] = [:]
        var hits: [SearchHit]
        var bytes: [UInt8]
    }

    private func sample() async throws -> Sample {
        let library = try await ChatLibrary(path: directory.path("sample.db"))
        for id in Self.ids {
            var snapshot = ConversationSnapshot<ChatMessage>(title: "About \(id)", owner: Owner(user: "ada"))
            for number in 0..<30 {
                // Some take more than a page.
                let text = "said number\(number) " + String(repeating: "word\(number) ", count: number * 6)
                try snapshot.append(HistoryEntry(.message(.user(text)), id: EntryID("\(number)"), date: nil))
            }
            try await library.store(for: id).save(snapshot)
        }
        var sample = Sample(
            list: try await library.list(ListRequest()),
            hits: try await library.search(SearchRequest("said", limit: .max)),
            bytes: []
        )
        for id in Self.ids { sample.snapshots[id] = try await library.store(for: id).load() }
        #expect(try await library.verify() == [])
        await library.close()
        sample.bytes = try #require(directory.read("sample.db"))
        return sample
    }

    /// Puts a file into place, without what is left of the one before.
    private func install(_ bytes: [UInt8]) {
        for name in ["a.db-wal", "a.db-shm"] where directory.mode(name) != nil { directory.remove(name) }
        directory.write("a.db", bytes, mode: 0o600)
    }

    /// Asks a library everything: what it does not refuse as damaged must be right.
    ///
    /// - Returns: How often it refused.
    private func ask(_ sample: Sample, _ comment: Comment) async throws -> Int {
        var refusalCount = 0
        func check(_ body: () async throws(HistoryStoreError) -> Bool) async {
            do throws(HistoryStoreError) {
                #expect(try await body(), comment)
            } catch {
                refusalCount += 1
                #expect([.damaged, .notAHistory].contains(error.code), "\(comment): \(error)")
            }
        }
        let path = directory.database
        await check { () throws(HistoryStoreError) in
            let library = try await ChatLibrary(path: path)
            await check { () throws(HistoryStoreError) in try await library.list(ListRequest()) == sample.list }
            await check { () throws(HistoryStoreError) in
                // What is damaged may be missing.
                let hits = try await library.search(SearchRequest("said", limit: .max))
                return Set(sample.hits).isSuperset(of: hits)
            }
            for id in Self.ids {
                await check { () throws(HistoryStoreError) in
                    try await library.store(for: id).load() == sample.snapshots[id]
                }
            }
            let isSound = refusalCount == 0
            await check { () throws(HistoryStoreError) in
                let problems = try await library.verify()
                return isSound || !problems.isEmpty
            }
            await library.close()
            return true
        }
        return refusalCount
    }

    @Test("Whatever page is lost, what is still told is right, and nothing is written")
    func pages() async throws {
        let sample = try await sample()
        let count = sample.bytes.count / Self.pageSize
        #expect(count > 30)
        var refusedCount = 0
        for (fill, step) in [(0xa5, 1), (0x00, 3)] as [(UInt8, Int)] {
            for page in stride(from: 0, to: count, by: step) {
                var bytes = sample.bytes
                for offset in page * Self.pageSize..<(page + 1) * Self.pageSize { bytes[offset] = fill }
                install(bytes)
                refusedCount += try await ask(sample, "page \(page + 1) of \(count), filled with \(fill)") > 0 ? 1 : 0
                // Not the arrays themselves, which would be printed.
                let isSame = directory.read("a.db") == bytes
                #expect(isSame, "page \(page + 1)")
            }
        }
        #expect(refusedCount > count / 2)
    }

    @Test("A file that was cut off is refused, wherever it was cut")
    func cut() async throws {
        let sample = try await sample()
        let count = sample.bytes.count / Self.pageSize
        for pages in stride(from: 1, to: count, by: 5) {
            for bytes in [sample.bytes.prefix(pages * Self.pageSize), sample.bytes.prefix(pages * Self.pageSize - 100)]
            {
                install(Array(bytes))
                let refusedCount = try await ask(sample, "\(bytes.count) of \(sample.bytes.count) bytes")
                #expect(refusedCount > 0, "\(bytes.count) of \(sample.bytes.count) bytes")
                let isSame = directory.read("a.db") == Array(bytes)
                #expect(isSame, "\(bytes.count) of \(sample.bytes.count) bytes")
            }
        }
    }

    @Test("A log that is not its own changes nothing, and a library is not made over what stands in its place")
    func strays() async throws {
        let sample = try await sample()
        directory.write("a.db", sample.bytes, mode: 0o600)
        var random = SeededGenerator(seed: 5)
        directory.write("a.db-wal", (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }, mode: 0o600)
        directory.write("a.db-shm", [UInt8](repeating: 0xa5, count: 32_768), mode: 0o600)
        #expect(try await ask(sample, "a log of noise") == 0)

        directory.makeDirectory("directory.db")
        directory.makeFIFO("fifo.db")
        directory.makeLink("loop.db", to: "loop.db")
        for name in ["directory.db", "fifo.db", "loop.db", "missing/a.db", "sample.db/a.db"] {
            let path = directory.path(name)
            let refusal = await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: path) }
            #expect(refusal != nil, "\(name)")
        }
        #expect(directory.read("sample.db") == sample.bytes)
    }
}
#endif
