#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

extension SQLiteConversationLibrary {
    private static var messageFormatName: String { "message-format" }

    /// Ensures that the database holds messages of this type, and that its index was built by the current rules.
    func prepare() async throws(SQLiteFailure) {
        let isReady = try await pool.read { (database) throws(SQLiteFailure) in
            try isPrepared(database)
        }
        if isReady { return }
        try await pool.write { (database) throws(SQLiteFailure) in
            // Another connection may have prepared the database in the meantime.
            if try isPrepared(database) { return }
            try database.setProperty(Self.messageFormatName, Message.formatName)
            // The version comes first, because entries are indexed under their words only if the stored version is the
            // current one.
            try database.setProperty(LibrarySchema.searchVersionName, String(SearchTokenizer.version))
            try rebuildIndex(in: database)
        }
    }

    private func isPrepared(_ database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> Bool {
        guard let format = try database.property(Self.messageFormatName) else { return false }
        guard format == Message.formatName else {
            let error = HistoryStoreError(
                .wrongMessageType,
                operation: "open",
                location: database.path,
                reason: "The library holds messages of the type \"\(format)\", not \"\(Message.formatName)\"."
            )
            throw .refused(error)
        }
        // An index that a later version built stays as it is.
        return try database.searchVersion >= SearchTokenizer.version
    }

    /// Rebuilds the index of all entries.
    ///
    /// A damaged entry gets no words, so that it does not prevent the others from being indexed.
    private func rebuildIndex(in database: borrowing SQLiteDatabase) throws(SQLiteFailure) {
        try database.execute("DELETE FROM search")
        try database.withStatement("SELECT key, body FROM entries ORDER BY key") { (statement) throws(SQLiteFailure) in
            while try statement.step() {
                let words = try statement.withBytes(at: 1) { bytes throws(SQLiteFailure) in
                    do throws(SnapshotDecodingError) { return EntryRow.words(of: try coding.entry(bytes)) } catch {
                        return ""
                    }
                }
                try database.insertWords(words, try statement.int64(at: 0))
            }
        }
    }
}
#endif
