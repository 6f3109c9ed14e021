#if SQLite
import TestSupport
import Testing

@Suite("The SQLite library answers as the one in memory")
struct SQLiteLibraryComparisonTests {
    private let directory = TemporaryDirectory()

    @Test("Whatever is done, every answer is the same", arguments: 1...4 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) async throws {
        try await LibraryComparison().compare(directory.openLibrary(), seed: seed)
    }
}
#endif
