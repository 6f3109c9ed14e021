#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary

/// Whether the full-text index can be relied on.
extension SQLiteDatabase {
    /// The version of the rules by which the index was made; 0 if there is none.
    var searchVersion: Int {
        get throws(SQLiteFailure) { try property(LibrarySchema.searchVersionName).flatMap { Int($0) } ?? 0 }
    }

    /// Throws if a later version of this package has made the index.
    func checkSearchVersion() throws(SQLiteFailure) {
        guard try searchVersion <= SearchTokenizer.version else {
            let error = HistoryStoreError(
                .newerVersion,
                operation: "search",
                location: path,
                reason: "A later version of this package has made the full-text index; update to search."
            )
            throw .refused(error)
        }
    }

    /// Whether the full-text index is that of its words.
    ///
    /// FTS5 looks at an index by way of an insertion into it, which takes the write lock for as long as that lasts. So a
    /// connection of its own copies the tables of the index, as they are at one moment, into its temporary database,
    /// and it is the copy that is looked at: nobody waits, whatever is locked, and nothing of the library is written.
    ///
    /// - Throws: Also if there is no room for the copy.
    func isSearchIndexSound() throws(SQLiteFailure) -> Bool {
        let copy = try SQLiteDatabase.open(realPath: path)
        try copy.allowChangesOfShadowTables()
        do throws(SQLiteFailure) {
            try copy.readTransaction { (copy) throws(SQLiteFailure) in try copy.copySearchIndex() }
            try copy.execute("INSERT INTO temp.search_copy(search_copy) VALUES ('integrity-check')")
            return true
        } catch {
            guard error.primaryCode == SQLITE_CORRUPT else { throw error }
            return false
        }
    }

    /// Copies what an index consists of; the table is declared as the schema declares it.
    private func copySearchIndex() throws(SQLiteFailure) {
        try executeScript(
            """
            CREATE VIRTUAL TABLE temp.search_copy USING fts5(words, tokenize = 'ascii', columnsize = 0);
            DELETE FROM temp.search_copy_data;
            INSERT INTO temp.search_copy_data SELECT * FROM main.search_data;
            DELETE FROM temp.search_copy_idx;
            INSERT INTO temp.search_copy_idx SELECT * FROM main.search_idx;
            DELETE FROM temp.search_copy_content;
            INSERT INTO temp.search_copy_content SELECT * FROM main.search_content;
            DELETE FROM temp.search_copy_config;
            INSERT INTO temp.search_copy_config SELECT * FROM main.search_config;
            """
        )
    }
}
#endif
