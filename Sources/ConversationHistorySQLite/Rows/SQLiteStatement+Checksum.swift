#if SQLite
import ConversationHistory

/// Checksums of stored values, which SQLite itself does not provide.
extension SQLiteStatement {
    /// Returns the checksum of a column's bytes.
    func checksum(at index: Int32) throws(SQLiteFailure) -> Int64 {
        try withBytes(at: index) { (bytes) throws(SQLiteFailure) in Int64(CRC32(of: bytes).value) }
    }

    /// Binds the checksum of bytes.
    func bind(checksumOf bytes: [UInt8], at index: Int32) throws(SQLiteFailure) {
        try bind(bytes.withUnsafeBytes { Int64(CRC32(of: $0).value) }, at: index)
    }

    /// Throws if a column's bytes do not match the checksum in the next column.
    func check(at index: Int32) throws(SQLiteFailure) {
        guard try isChecked(at: index) else { throw .damagedValue }
    }

    /// Returns whether a column's bytes match the checksum in the next column.
    ///
    /// An absent checksum counts as a match: a process of version 1, open when the column was added, wrote the row.
    func isChecked(at index: Int32) throws(SQLiteFailure) -> Bool {
        guard let expected = try int64IfPresent(at: index + 1) else { return true }
        return try checksum(at: index) == expected
    }
}
#endif
