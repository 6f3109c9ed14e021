#if PostgreSQL
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("Imports into a PostgreSQL library by several processes", .withServer)
struct PostgresImportTests {
    private func isBusy(_ library: ChatLibrary, _ id: ConversationID) async -> Bool {
        do throws(HistoryStoreError) {
            return try await library.beginImport(of: id, isOneSave: false) == nil
        } catch { return error.code == .busy }
    }

    @Test("One import of a conversation waits for another one, and not for one of another conversation")
    func excluded() async throws {
        let first = try await TestDatabase.openLibrary()
        var configuration = first.pool.configuration
        configuration.busyTimeout = .milliseconds(50)
        // An import has connections enough where there is a single one for its work.
        configuration.poolSize = 1
        configuration.maximumOverflow = 0
        let second = try await ChatLibrary(configuration)
        var permit = try await first.beginImport(of: "a\u{0}", isOneSave: false)
        #expect(permit != nil)
        #expect(await isBusy(second, "a\u{0}"))
        #expect(await !isBusy(second, "a"))
        // Nobody sees half of one that is a single save.
        let none = try await second.beginImport(of: "a\u{0}", isOneSave: true)
        #expect(none == nil)
        permit = nil
        // It is given back behind the caller's back.
        while await isBusy(second, "a\u{0}") { await Task.yield() }
        await first.close()
        await second.close()
    }
}
#endif
