import TestSupport
import Testing

/// What a library is kept in.
enum LibraryKind: String, CaseIterable, CustomTestStringConvertible {
    case directory, sqlite, postgresql

    /// Those that the command was built with, and for which there is a server if one is needed.
    static var allCases: [LibraryKind] {
        var kinds: [LibraryKind] = [.directory]
        #if SQLite
        kinds.append(.sqlite)
        #endif
        #if PostgreSQL
        if PostgresServer.canStart { kinds.append(.postgresql) }
        #endif
        return kinds
    }

    var testDescription: String { rawValue }
}
