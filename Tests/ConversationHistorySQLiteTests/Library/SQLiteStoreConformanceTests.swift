#if SQLite
import ConversationHistory
import ConversationHistoryTesting
import Synchronization
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("The SQLite library's store")
struct SQLiteStoreConformanceTests {
    @Test("passes the suite of all stores")
    func conformance() async throws {
        let directory = TemporaryDirectory()
        let library = try await directory.openLibrary()
        let other = try await directory.openLibrary()
        let number = Mutex(0)
        var suite = HistoryStoreConformance(
            make: {
                let number = number.withLock { number in
                    number += 1
                    return number
                }
                return library.store(for: ConversationID("conversation \(number)"))
            },
            reopen: { other.store(for: $0.id) },
            delete: { store in
                try await other.delete(store.id)
                _ = try await other.purge(.conversation(store.id))
            }
        )
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        // There are no bytes of a history to look at.
        #expect(report.skipped == ["B1", "B2", "B3"])
        #expect(try await library.verify() == [])
    }
}
#endif
