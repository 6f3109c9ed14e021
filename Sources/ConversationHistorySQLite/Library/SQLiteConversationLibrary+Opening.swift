#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

extension SQLiteConversationLibrary {
    private static var messageFormatName: String { "message-format" }

    /// Sees to it that the database holds messages of this type, and that its index was made by the current rules.
    func prepare() async throws(SQLiteFailure) {
        let isReady = try await pool.read { (database) throws(SQLiteFailure) in
            try isPrepared(database)
        }
        if isReady { return }
        try await pool.write { (database) throws(SQLiteFailure) in
            // Someone else may have done it meanwhile.
            if try isPrepared(database) { return }
            try database.setProperty(Self.messageFormatName, Message.formatName)
            // First, since an entry gets words only if they are of the index's version.
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
        // What a later version has made is left to it.
        return try database.searchVersion >= SearchTokenizer.version
    }

    /// Makes the index of all entries anew; one that is damaged is not found, and does not keep the rest from being.
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
