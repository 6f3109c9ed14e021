#if SQLite
import CConversationHistorySQLite
import DurableFiles

/// Support for databases on read-only media.
///
/// SQLite reads a database with a write-ahead log only if it can create files beside the database, or if the caller
/// declares the database immutable. This package declares it immutable where no file can be created, and checks that
/// assumption before and after each transaction.
extension SQLiteDatabase {
    /// Whether the connection has only read access to the file.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    /// Whether the file was opened as immutable and has changed since.
    var isOutdated: Bool {
        get throws(SQLiteFailure) {
            guard let unchanging else { return false }
            return try Self.unchanging(path) != unchanging
        }
    }

    /// Returns the identity of a file that no process can change at present, or `nil`.
    ///
    /// No file can be created beside such a file, and no connection or crash has left one there.
    static func unchanging(_ realPath: String) throws(SQLiteFailure) -> FileIdentity? {
        guard let slash = realPath.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let directory = slash == realPath.startIndex ? "/" : String(realPath[..<slash])
        if isThere(directory, SQLITE_ACCESS_READWRITE) { return nil }
        // The check treats an empty file as missing. A log can be read only through the shared-memory file beside it.
        for suffix in ["-journal", "-wal"] where isThere(realPath + suffix, SQLITE_ACCESS_EXISTS) { return nil }
        if isThere(realPath + "-shm", SQLITE_ACCESS_EXISTS) { return nil }
        do throws(FileFailure) {
            return try DurableFile.open(path: realPath).identity()
        } catch { throw .file(error) }
    }

    /// Returns a path as an SQLite URI, to which options can be appended.
    static func uri(_ realPath: String) -> String {
        let plain = Set("/-_.~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        var uri = "file:"
        for byte in realPath.utf8 {
            if plain.contains(byte) {
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                uri += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return uri
    }

    private static func isThere(_ path: String, _ access: Int32) -> Bool {
        guard let system = sqlite3_vfs_find(nil) else { return false }
        var isThere: Int32 = 0
        // A failure leaves the result at "no".
        _ = system.pointee.xAccess(system, path, access, &isThere)
        return isThere != 0
    }
}
#endif
