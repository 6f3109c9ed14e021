#if SQLite
import CConversationHistorySQLite

/// A version of the SQLite library.
public struct SQLiteVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The oldest version that this package supports: it has strict tables and 64-bit change counts.
    public static let minimum = SQLiteVersion(number: 3_037_000)

    /// The version of the linked library, which may differ from that of the header at build time.
    public static var linked: SQLiteVersion { SQLiteVersion(number: Int(sqlite3_libversion_number())) }

    /// The major version times 1,000,000, plus the minor version times 1,000, plus the patch.
    public let number: Int

    /// Creates a version.
    public init(number: Int) { self.number = number }

    /// Whether the linked library has FTS5, the full-text index that search requires.
    public static var hasFullTextSearch: Bool { sqlite3_compileoption_used("ENABLE_FTS5") != 0 }

    /// Returns whether one version is older than another.
    public static func < (left: SQLiteVersion, right: SQLiteVersion) -> Bool { left.number < right.number }

    /// The version in its usual form, such as `3.40.1`.
    public var description: String { "\(number / 1_000_000).\(number / 1_000 % 1_000).\(number % 1_000)" }
}
#endif
