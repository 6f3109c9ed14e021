#if SQLite
import CConversationHistorySQLite
import DurableFiles

/// Why work on a database failed; never with SQL, parameters or content.
enum SQLiteFailure: Error, Sendable, CustomStringConvertible {
    /// A call to SQLite failed.
    case call(SQLiteCallFailure)

    /// The file could not be found, created or removed; SQLite was not asked.
    case file(FileFailure)

    /// The database belongs to another application.
    case foreignDatabase

    /// The database was written by a later version of this package.
    case newerSchema(found: Int, known: Int)

    /// The database was written by an earlier version of this package, or is empty, and can only be read.
    case oldSchema(known: Int)

    /// The library is older than ``SQLiteVersion/minimum``, or was built without support for threads.
    case unsuitableLibrary

    /// The file system does not support the write-ahead log.
    case noWriteAheadLog

    /// The file that the connection has open is no longer the one at its path: it was removed, or replaced.
    case fileMoved

    /// A transaction was begun within another.
    case nestedTransaction

    /// The database was closed.
    case closed

    /// The task was cancelled before the work began.
    case cancelled

    /// Whoever works on the database has thrown an error of their own, and the transaction is rolled back.
    case refused(any Error)

    /// A failure of a call by its name, its result code and what the system said.
    static func call(_ call: String, _ code: Int32, systemErrno: Int32 = 0) -> SQLiteFailure {
        .call(SQLiteCallFailure(call: call, extendedCode: code, systemErrno: systemErrno))
    }

    /// Whether a file was not created because something stands there.
    var isBecauseFileExists: Bool {
        guard case .file(let failure) = self else { return false }
        return failure.cause?.errno == ErrorNumber.fileExists
    }

    /// The result code without its detail, if a call failed.
    var primaryCode: Int32? {
        guard case .call(let failure) = self else { return nil }
        return failure.primaryCode
    }

    /// The result code with its detail, if a call failed.
    var extendedCode: Int32? {
        guard case .call(let failure) = self else { return nil }
        return failure.extendedCode
    }

    var description: String {
        switch self {
        case .call(let failure): failure.description
        case .file(let failure): failure.description
        case .foreignDatabase: "the database belongs to another application"
        case .newerSchema(let found, let known): "the database has version \(found), the newest known is \(known)"
        case .oldSchema(let known): "the database is older than version \(known), and can only be read"
        case .unsuitableLibrary: "the SQLite library \(SQLiteVersion.linked) lacks what is needed"
        case .noWriteAheadLog: "the file system does not support the write-ahead log"
        case .fileMoved: "the file was removed or replaced while it was open"
        case .nestedTransaction: "a transaction was begun within another"
        case .closed: "the database was closed"
        case .cancelled: "the task was cancelled before the work began"
        case .refused(let error): "the work was refused: \(error)"
        }
    }
}

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
