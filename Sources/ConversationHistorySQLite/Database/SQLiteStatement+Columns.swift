#if SQLite
import CConversationHistorySQLite

/// Access to the columns of the current row, which are numbered from 0.
///
/// SQLite would convert a value to the requested type. Here, a value of another type is a failure, because a database
/// that holds another type than was written is damaged.
extension SQLiteStatement {
    /// The number of columns.
    var columnCount: Int32 { sqlite3_column_count(handle) }

    /// Returns whether a column holds null.
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

    /// Returns text exactly as it was bound, including NUL.
    ///
    /// - Throws: A failure with `SQLITE_MISMATCH` if the column holds another type or the bytes are not valid UTF-8.
    func text(at index: Int32) throws(SQLiteFailure) -> String {
        try expect(SQLITE_TEXT, at: index)
        guard let text = String(validating: try columnBytes(at: index), as: UTF8.self) else {
            throw .call("sqlite3_column", SQLITE_MISMATCH)
        }
        return text
    }

    /// Returns text, with invalid UTF-8 replaced.
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

    /// Calls a closure with the bytes of a blob or text, without a copy.
    ///
    /// The bytes are valid until the closure returns.
    func withBytes<Result>(
        at index: Int32,
        _ body: (UnsafeRawBufferPointer) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        let type = sqlite3_column_type(handle, index)
        guard type == SQLITE_BLOB || type == SQLITE_TEXT else { throw .call("sqlite3_column", SQLITE_MISMATCH) }
        return try body(try columnBytes(at: index))
    }

    /// Returns SQLite's own buffer of a value, which is valid until the next step, reset or conversion.
    private func columnBytes(at index: Int32) throws(SQLiteFailure) -> UnsafeRawBufferPointer {
        // For text, this yields the UTF-8 bytes without a conversion, because the database stores UTF-8.
        let start = sqlite3_column_blob(handle, index)
        let count = Int(sqlite3_column_bytes(handle, index))
        guard let start else {
            // The address is null for an empty value, and also when SQLite is out of memory.
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
