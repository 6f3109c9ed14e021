#if SQLite
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("Imports into an SQLite library by several processes")
struct SQLiteImportTests {
    let directory = TemporaryDirectory()

    @Test("One import of a conversation waits for another one, whatever links lead to the library")
    func excluded() async throws {
        let first = try await directory.openLibrary()
        directory.makeLink("link.db", to: "a.db")
        let second = try await ChatLibrary(path: directory.path("link.db"), busyTimeout: .milliseconds(50))
        var permit = try await first.beginImport(of: "a", isOneSave: false)
        #expect(permit != nil)
        #expect(
            await code { () throws(HistoryStoreError) in _ = try await second.beginImport(of: "a", isOneSave: false) }
                == .busy
        )
        // Nobody sees half of one that is a single save.
        let none = try await second.beginImport(of: "a", isOneSave: true)
        #expect(none == nil)
        permit = nil
        permit = try await second.beginImport(of: "a", isOneSave: false)
        #expect(permit != nil)
        permit = nil
        #expect(!directory.names().contains { $0.hasSuffix(".lock") })
    }
}
#endif
