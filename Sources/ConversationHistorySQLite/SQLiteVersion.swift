#if SQLite
import CConversationHistorySQLite

/// The version of the SQLite library that the process runs with.
public struct SQLiteVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first version that has all that this package uses: strict tables and 64-bit counts of changes.
    public static let minimum = SQLiteVersion(number: 3_037_000)

    /// The version of the library that is linked, which may be another than that of the header it was built with.
    public static var linked: SQLiteVersion { SQLiteVersion(number: Int(sqlite3_libversion_number())) }

    /// The major version times 1,000,000, plus the minor version times 1,000, plus the patch.
    public let number: Int

    /// Creates a version.
    public init(number: Int) { self.number = number }

    /// Whether the linked library has the full-text index that search needs (FTS5).
    public static var hasFullTextSearch: Bool { sqlite3_compileoption_used("ENABLE_FTS5") != 0 }

    /// Whether one version is older than another.
    public static func < (left: SQLiteVersion, right: SQLiteVersion) -> Bool { left.number < right.number }

    /// The version as it is usually written, such as `3.40.1`.
    public var description: String { "\(number / 1_000_000).\(number / 1_000 % 1_000).\(number % 1_000)" }
}
#endif
