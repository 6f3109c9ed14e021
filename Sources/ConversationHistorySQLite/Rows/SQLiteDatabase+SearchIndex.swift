#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary

/// Checks of the full-text index.
extension SQLiteDatabase {
    /// The version of the tokenizer that built the index, or 0 if none is stored.
    var searchVersion: Int {
        get throws(SQLiteFailure) { try property(LibrarySchema.searchVersionName).flatMap { Int($0) } ?? 0 }
    }

    /// Throws if a later version of this package built the index.
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

    /// Checks whether the full-text index agrees with its words.
    ///
    /// FTS5 checks an index through an insertion into it, which holds the write lock for the whole check. Therefore a
    /// separate connection copies the tables of the index, in one read transaction, into its temporary database and
    /// checks the copy. The check runs even while the database is locked, no other connection waits for it, and it
    /// writes nothing to the library.
    ///
    /// - Throws: Any failure except damage to the index, such as no room for the copy.
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

    /// Copies the shadow tables of the index; the virtual table is declared as in the schema.
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
