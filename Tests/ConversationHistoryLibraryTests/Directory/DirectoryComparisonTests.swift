import TestSupport
import Testing

@Suite("The library in a directory answers as the one in memory")
struct DirectoryComparisonTests {
    @Test("Whatever is done, every answer is the same", arguments: 1...2 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) async throws {
        try await LibraryComparison().compare(LibraryScene().library(), seed: seed)
    }
}
