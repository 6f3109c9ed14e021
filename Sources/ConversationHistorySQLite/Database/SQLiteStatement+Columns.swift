#if SQLite
import CConversationHistorySQLite

/// Columns of the row that the last step came to, numbered from 0.
///
/// SQLite would turn a value of another type into the one that is asked for; here that is a failure, since a database
/// that holds another type than was written is damaged.
extension SQLiteStatement {
    /// The number of columns.
    var columnCount: Int32 { sqlite3_column_count(handle) }

    /// Whether the column holds null.
    func isNull(at index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }

    /// Returns an integer.
    func int64(at index: Int32) throws(SQLiteFailure) -> Int64 {
        try expect(SQLITE_INTEGER, at: index)
        return sqlite3_column_int64(handle, index)
    }

    /// Returns an integer.
    func int(at index: Int32) throws(SQLiteFailure) -> Int {
        guard let value = Int(exactly: try int64(at: index)) else { throw .call("sqlite3_column", SQLITE_MISMATCH) }
        return value
    }

    /// Returns a floating-point number.
    func double(at index: Int32) throws(SQLiteFailure) -> Double {
        try expect(SQLITE_FLOAT, at: index)
        return sqlite3_column_double(handle, index)
    }

    /// Returns text as it was bound, NUL included.
    ///
    /// - Throws: A failure of type `SQLITE_MISMATCH` too if the bytes are not UTF-8, rather than text that was repaired.
    func text(at index: Int32) throws(SQLiteFailure) -> String {
        try expect(SQLITE_TEXT, at: index)
        guard let text = String(validating: try columnBytes(at: index), as: UTF8.self) else {
            throw .call("sqlite3_column", SQLITE_MISMATCH)
        }
        return text
    }

    /// Returns text, in which what is not UTF-8 is replaced.
    func repairedText(at index: Int32) throws(SQLiteFailure) -> String {
        try expect(SQLITE_TEXT, at: index)
        return String(decoding: try columnBytes(at: index), as: UTF8.self)
    }

    /// Returns text, or `nil` for null.
    func textIfPresent(at index: Int32) throws(SQLiteFailure) -> String? {
        isNull(at: index) ? nil : try text(at: index)
    }

    /// Returns an integer, or `nil` for null.
    func int64IfPresent(at index: Int32) throws(SQLiteFailure) -> Int64? {
        isNull(at: index) ? nil : try int64(at: index)
    }

    /// Returns a copy of a blob.
    func bytes(at index: Int32) throws(SQLiteFailure) -> [UInt8] {
        try expect(SQLITE_BLOB, at: index)
        return [UInt8](try columnBytes(at: index))
    }

    /// Passes on the bytes of a blob or of text, without a copy; they are valid until the closure returns.
    func withBytes<Result>(
        at index: Int32,
        _ body: (UnsafeRawBufferPointer) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        let type = sqlite3_column_type(handle, index)
        guard type == SQLITE_BLOB || type == SQLITE_TEXT else { throw .call("sqlite3_column", SQLITE_MISMATCH) }
        return try body(try columnBytes(at: index))
    }

    /// Returns SQLite's own bytes of a value, which are gone with the next step, reset or conversion.
    private func columnBytes(at index: Int32) throws(SQLiteFailure) -> UnsafeRawBufferPointer {
        // Of text, this is the text in UTF-8, as which the database stores it and as which it is bound.
        let start = sqlite3_column_blob(handle, index)
        let count = Int(sqlite3_column_bytes(handle, index))
        guard let start else {
            // An empty blob has no address, and neither has a value for which there was no memory.
            guard sqlite3_errcode(sqlite3_db_handle(handle)) != SQLITE_NOMEM else {
                throw .call("sqlite3_column", SQLITE_NOMEM)
            }
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    private func expect(_ type: Int32, at index: Int32) throws(SQLiteFailure) {
        guard sqlite3_column_type(handle, index) == type else { throw .call("sqlite3_column", SQLITE_MISMATCH) }
    }
}
#endif
