#if SQLite
import ConversationHistory
import ConversationHistorySQLite
import TestSupport

/// The library in a SQLite database, whose statements, rows and pages are counted.
struct MeasuredSQLiteLibrary: MeasuredLibrary {
    static let name = "SQLite"
    static let mostConversations = 1_000_000
    static let mostEntries = 10_000_000

    /// SQLite's default, which the library keeps.
    private static let pageSize = 4096

    private let directory = TemporaryDirectory()
    let library: SQLiteConversationLibrary<ChatMessage>

    init(durability: Durability) async throws {
        library = try await SQLiteConversationLibrary(path: directory.path("library.sqlite"), durability: durability)
    }

    func counted() -> CountedLibrary<SQLiteConversationLibrary<ChatMessage>> {
        let library = library
        return CountedLibrary(library: library) {
            let counters = try await library.counters()
            return [
                LibraryCount(name: "statements", unit: "", value: Double(counters.statementsRun)),
                LibraryCount(name: "rows", unit: "", value: Double(counters.rowsWritten)),
                LibraryCount(name: "written", unit: "bytes", value: Double(counters.pagesWritten * Self.pageSize)),
            ]
        }
    }

    func close() async { await library.close() }
}
#endif
