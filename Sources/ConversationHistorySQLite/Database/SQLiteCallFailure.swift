#if SQLite
import CConversationHistorySQLite

/// A call to SQLite that failed.
///
/// The text is the general one for the result code. SQLite's own message about the particular failure may hold parts of
/// the SQL or of what was searched for, so it is not kept.
struct SQLiteCallFailure: Hashable, Sendable, CustomStringConvertible {
    /// `SQLITE_IOERR_FSYNC`, which is a macro that Swift does not import.
    static let failedSync = SQLITE_IOERR | 4 << 8

    /// `SQLITE_IOERR_DIR_FSYNC`.
    static let failedDirectorySync = SQLITE_IOERR | 5 << 8

    /// The name of the function, such as `sqlite3_step`.
    let call: String

    /// The result code with the detail in its higher bits, such as `SQLITE_IOERR_FSYNC`.
    let extendedCode: Int32

    /// What the system said, or 0; only some codes have it.
    let systemErrno: Int32

    init(call: String, extendedCode: Int32, systemErrno: Int32 = 0) {
        self.call = call
        self.extendedCode = extendedCode
        self.systemErrno = systemErrno
    }

    /// The result code without the detail, such as `SQLITE_IOERR`.
    var primaryCode: Int32 { extendedCode & 0xff }

    /// The general text for the extended result code.
    var message: String { sqlite3_errstr(extendedCode).map { String(cString: $0) } ?? "unknown error" }

    var description: String { "\(call): \(message) (\(extendedCode))" }
}
#endif
