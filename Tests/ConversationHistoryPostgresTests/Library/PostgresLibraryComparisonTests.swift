#if PostgreSQL
import TestSupport
import Testing

@Suite("The PostgreSQL library answers as the one in memory", .withServer)
struct PostgresLibraryComparisonTests {
    @Test("Whatever is done, every answer is the same", arguments: 1...4 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) async throws {
        try await LibraryComparison().compare(TestDatabase.openLibrary(), seed: seed)
    }
}
#endif
