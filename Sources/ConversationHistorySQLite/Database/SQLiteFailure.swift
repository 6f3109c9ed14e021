#if SQLite
import CConversationHistorySQLite
import DurableFiles

/// A failure of work on a database, without SQL, parameters or content.
enum SQLiteFailure: Error, Sendable, CustomStringConvertible {
    /// A call to SQLite failed.
    case call(SQLiteCallFailure)

    /// The file could not be found, created or removed; SQLite was not called.
    case file(FileFailure)

    /// The database belongs to another application.
    case foreignDatabase

    /// The database was written by a later version of this package.
    case newerSchema(found: Int, known: Int)

    /// The database was written by an earlier version of this package, or is empty, and is read-only.
    case oldSchema(known: Int)

    /// The SQLite library is older than ``SQLiteVersion/minimum``, or was built without thread support.
    case unsuitableLibrary

    /// The file system does not support the write-ahead log.
    case noWriteAheadLog

    /// The open file is no longer the one at its path: it was removed or replaced.
    case fileMoved

    /// A transaction was started within another one.
    case nestedTransaction

    /// The database was closed.
    case closed

    /// The task was cancelled before the work began.
    case cancelled

    /// The work on the database threw an error of its own, and the transaction was rolled back.
    case refused(any Error)

    /// Creates a call failure from the function name, the result code and the system's error number.
    static func call(_ call: String, _ code: Int32, systemErrno: Int32 = 0) -> SQLiteFailure {
        .call(SQLiteCallFailure(call: call, extendedCode: code, systemErrno: systemErrno))
    }

    /// Whether a file could not be created because its path is taken.
    var isBecauseFileExists: Bool {
        guard case .file(let failure) = self else { return false }
        return failure.cause?.errno == ErrorNumber.fileExists
    }

    /// The primary result code, if a call failed.
    var primaryCode: Int32? {
        guard case .call(let failure) = self else { return nil }
        return failure.primaryCode
    }

    /// The extended result code, if a call failed.
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

/// A failed call to SQLite.
///
/// The description is the general text for the result code. SQLite's specific message may contain parts of the SQL or
/// of a search text, so it is not kept.
struct SQLiteCallFailure: Hashable, Sendable, CustomStringConvertible {
    /// The value of `SQLITE_IOERR_FSYNC`, a macro that Swift does not import.
    static let failedSync = SQLITE_IOERR | 4 << 8

    /// The value of `SQLITE_IOERR_DIR_FSYNC`, a macro that Swift does not import.
    static let failedDirectorySync = SQLITE_IOERR | 5 << 8

    /// The name of the function, such as `sqlite3_step`.
    let call: String

    /// The extended result code, with the detail in its higher bits, such as `SQLITE_IOERR_FSYNC`.
    let extendedCode: Int32

    /// The system's error number, or 0; only some result codes have one.
    let systemErrno: Int32

    init(call: String, extendedCode: Int32, systemErrno: Int32 = 0) {
        self.call = call
        self.extendedCode = extendedCode
        self.systemErrno = systemErrno
    }

    /// The primary result code, such as `SQLITE_IOERR`.
    var primaryCode: Int32 { extendedCode & 0xff }

    /// The general text for the extended result code.
    var message: String { sqlite3_errstr(extendedCode).map { String(cString: $0) } ?? "unknown error" }

    var description: String { "\(call): \(message) (\(extendedCode))" }
}
#endif
