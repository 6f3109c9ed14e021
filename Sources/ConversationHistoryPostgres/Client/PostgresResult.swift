#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The server's response to a command; rows and columns are counted from 0.
///
/// All values are in the server's binary format. A value of an unexpected type is a failure.
struct PostgresResult: Sendable {
    /// The owner of libpq's result, which it frees exactly once.
    ///
    /// Unchecked: a result does not change once it exists, and libpq allows any thread to read it.
    private final class Storage: @unchecked Sendable {
        let handle: OpaquePointer

        init(_ handle: OpaquePointer) { self.handle = handle }

        deinit { PQclear(handle) }
    }

    private let storage: Storage

    /// Takes ownership of a result.
    init(_ handle: OpaquePointer) { storage = Storage(handle) }

    private var handle: OpaquePointer { storage.handle }

    /// The number of rows.
    var count: Int { Int(PQntuples(handle)) }

    var isEmpty: Bool { count == 0 }

    /// The number of columns.
    var columnCount: Int { Int(PQnfields(handle)) }

    /// The number of rows that the command inserted, updated or deleted.
    var changedCount: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// Whether a value is null.
    func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(handle, Int32(row), Int32(column)) != 0 }

    /// Passes on the bytes of a value without a copy; they are valid until the closure returns.
    func withBytes<Result, Failure>(
        _ row: Int,
        _ column: Int,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = Int(PQgetlength(handle, Int32(row), Int32(column)))
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(handle, Int32(row), Int32(column)), count: count)
        return try withExtendedLifetime(storage) { () throws(Failure) in try body(bytes) }
    }

    /// Returns an integer.
    func int64(_ row: Int, _ column: Int) throws(PostgresFailure) -> Int64 {
        Int64(bitPattern: try word(row, column))
    }

    /// Returns an integer that fits into an `Int`.
    func int(_ row: Int, _ column: Int) throws(PostgresFailure) -> Int {
        guard let value = Int(exactly: try int64(row, column)) else { throw .unexpectedValue }
        return value
    }

    /// Returns an integer that is not negative.
    func count(_ row: Int, _ column: Int) throws(PostgresFailure) -> Int {
        let count = try int(row, column)
        guard count >= 0 else { throw .unexpectedValue }
        return count
    }

    /// Returns a Boolean.
    func bool(_ row: Int, _ column: Int) throws(PostgresFailure) -> Bool {
        guard !isNull(row, column) else { throw .unexpectedValue }
        return try withBytes(row, column) { (bytes) throws(PostgresFailure) in
            guard bytes.count == 1 else { throw .unexpectedValue }
            return bytes[0] != 0
        }
    }

    /// Returns a date, or `nil` for null.
    func date(_ row: Int, _ column: Int) throws(PostgresFailure) -> Date? {
        guard !isNull(row, column) else { return nil }
        let seconds = Double(bitPattern: try word(row, column))
        guard seconds.isFinite else { throw .unexpectedValue }
        return Date(timeIntervalSinceReferenceDate: seconds)
    }

    /// Returns bytes, or `nil` for null.
    func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        isNull(row, column) ? nil : withBytes(row, column) { Array($0) }
    }

    /// Returns text, or `nil` for null.
    ///
    /// - Throws: `unexpectedValue` if the bytes are not UTF-8, because repaired text would hide damage.
    func name(_ row: Int, _ column: Int) throws(PostgresFailure) -> String? {
        guard !isNull(row, column) else { return nil }
        let text = withBytes(row, column) { String(validating: $0, as: UTF8.self) }
        guard let text else { throw .unexpectedValue }
        return text
    }

    /// Returns text that must not be null.
    func requiredName(_ row: Int, _ column: Int) throws(PostgresFailure) -> String {
        guard let name = try name(row, column) else { throw .unexpectedValue }
        return name
    }

    /// Returns the id of a conversation, with invalid bytes replaced.
    ///
    /// No conversation has such an id, but reports can name it.
    func id(_ row: Int, _ column: Int) -> ConversationID {
        ConversationID(withBytes(row, column) { String(decoding: $0, as: UTF8.self) })
    }

    /// Throws unless the bytes of one column match the checksum in another.
    func check(_ row: Int, _ column: Int, against checksumColumn: Int) throws(PostgresFailure) {
        let checksum = withBytes(row, column) { CRC32(of: $0).value }
        guard try int64(row, checksumColumn) == Int64(checksum) else { throw .unexpectedValue }
    }

    private func word(_ row: Int, _ column: Int) throws(PostgresFailure) -> UInt64 {
        guard !isNull(row, column) else { throw .unexpectedValue }
        return try withBytes(row, column) { (bytes) throws(PostgresFailure) in
            guard bytes.count == 8 else { throw .unexpectedValue }
            return bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}

extension CRC32 {
    /// Returns the checksum of bytes.
    static func value(of bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32(of: $0).value } }
}
#endif
