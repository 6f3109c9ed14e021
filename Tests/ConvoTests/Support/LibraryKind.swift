import Testing

/// What a library is kept in.
enum LibraryKind: String, CaseIterable, CustomTestStringConvertible {
    case directory
    #if SQLite
    case sqlite
    #endif

    var testDescription: String { rawValue }
}
