#if SQLite
import CConversationHistorySQLite

/// Binding of parameters, which are numbered from 1; SQLite copies the bound values.
extension SQLiteStatement {
    /// Binds an integer.
    func bind(_ value: Int64, at index: Int32) throws(SQLiteFailure) {
        try checkBinding(sqlite3_bind_int64(handle, index, value))
    }

    /// Binds an integer.
    func bind(_ value: Int, at index: Int32) throws(SQLiteFailure) { try bind(Int64(value), at: index) }

    /// Binds a floating-point number, and throws for NaN, which SQLite would store as null.
    func bind(_ value: Double, at index: Int32) throws(SQLiteFailure) {
        guard !value.isNaN else { throw .call("sqlite3_bind_double", SQLITE_MISMATCH) }
        try checkBinding(sqlite3_bind_double(handle, index, value))
    }

    /// Binds text with its length, so that it may contain any character, including NUL.
    func bind(_ value: String, at index: Int32) throws(SQLiteFailure) {
        var value = value
        let result = value.withUTF8 { bytes in
            conversation_history_sqlite_bind_text(handle, index, bytes.baseAddress, UInt64(bytes.count))
        }
        try checkBinding(result)
    }

    /// Binds bytes as text; the caller guarantees that they are valid UTF-8.
    func bind(utf8 bytes: UnsafeRawBufferPointer, at index: Int32) throws(SQLiteFailure) {
        try checkBinding(
            conversation_history_sqlite_bind_text(handle, index, bytes.baseAddress, UInt64(bytes.count))
        )
    }

    /// Binds bytes as a blob.
    func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) throws(SQLiteFailure) {
        try checkBinding(
            conversation_history_sqlite_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
        )
    }

    /// Binds bytes as a blob.
    func bind(_ bytes: [UInt8], at index: Int32) throws(SQLiteFailure) {
        let result = bytes.withUnsafeBytes { bytes in
            conversation_history_sqlite_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
        }
        try checkBinding(result)
    }

    /// Binds text, or null for `nil`.
    func bind(_ value: String?, at index: Int32) throws(SQLiteFailure) {
        if let value { try bind(value, at: index) } else { try bindNull(at: index) }
    }

    /// Binds an integer, or null for `nil`.
    func bind(_ value: Int64?, at index: Int32) throws(SQLiteFailure) {
        if let value { try bind(value, at: index) } else { try bindNull(at: index) }
    }

    /// Binds null.
    func bindNull(at index: Int32) throws(SQLiteFailure) { try checkBinding(sqlite3_bind_null(handle, index)) }

    private func checkBinding(_ result: Int32) throws(SQLiteFailure) {
        guard result == SQLITE_OK else { throw .call("sqlite3_bind", result) }
    }
}
#endif
