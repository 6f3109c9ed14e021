#if SQLite
import ConversationHistory

/// Checksums of stored values: SQLite has none of its own.
extension SQLiteStatement {
    /// Returns the checksum of a column's bytes.
    func checksum(at index: Int32) throws(SQLiteFailure) -> Int64 {
        try withBytes(at: index) { (bytes) throws(SQLiteFailure) in Int64(CRC32(of: bytes).value) }
    }

    /// Binds the checksum of bytes.
    func bind(checksumOf bytes: [UInt8], at index: Int32) throws(SQLiteFailure) {
        try bind(bytes.withUnsafeBytes { Int64(CRC32(of: $0).value) }, at: index)
    }

    /// Throws if a column's bytes are not those of the checksum in the next column.
    func check(at index: Int32) throws(SQLiteFailure) {
        guard try isChecked(at: index) else { throw .damagedValue }
    }

    /// Whether a column's bytes are those of the checksum in the next column.
    ///
    /// The checksum is absent if a process of version 1, which was open when the column was added, has written the row.
    func isChecked(at index: Int32) throws(SQLiteFailure) -> Bool {
        guard let expected = try int64IfPresent(at: index + 1) else { return true }
        return try checksum(at: index) == expected
    }
}
#endif
