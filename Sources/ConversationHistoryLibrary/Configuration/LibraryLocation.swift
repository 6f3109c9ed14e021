import ConversationHistory

/// The location of a library, in the form for users and configurations.
///
/// | text | location |
/// |---|---|
/// | `memory:` | memory |
/// | `sqlite:FILE`, `sqlite:///FILE` | a SQLite database; the second form is an absolute path |
/// | `postgresql://…`, `postgres://…` | a PostgreSQL database |
/// | `directory:DIR`, and any other text that isn't a connection | a directory |
///
/// A text that looks like a database connection is never a path, because it may contain a password: a text with `://`,
/// with `user:password@`, or with a keyword and its value, such as `host=db password=…`. To use a directory with such a
/// name, write `directory:` before it, or begin the path with `/`, `./` or `../`.
///
/// ```swift
/// import ConversationHistoryLibrary
///
/// if case .sqlite(let path) = try LibraryLocation("sqlite:agent.db") {
///     print(path)
/// }
/// ```
public enum LibraryLocation: Hashable, Sendable {
    /// The memory of the process.
    case memory

    /// A directory with its path.
    case directory(String)

    /// A SQLite database with the path of its file.
    case sqlite(String)

    /// A PostgreSQL database with its connection URL.
    case postgresql(ConnectionURL)

    /// Parses a location.
    ///
    /// - Throws: ``LibraryConfigurationError``: the location is empty (`empty`), or the text is, or looks like, a URL
    ///   that no library supports (`unknownScheme`).
    public init(_ text: String) throws(LibraryConfigurationError) {
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            self = .postgresql(ConnectionURL(text))
        } else if let path = text.behind("sqlite:") {
            self = .sqlite(try Self.sqlitePath(path))
        } else if let path = text.behind("directory:") {
            self = .directory(try Self.checked(path))
        } else if text.utf8.elementsEqual("memory:".utf8) {
            self = .memory
        } else if ["memory:", "postgresql:", "postgres:"].contains(where: { text.behind($0) != nil }) {
            throw .unknownScheme
        } else if let end = text.firstRange(of: "://"), text[..<end.lowerBound].allSatisfy(\.isSchemeCharacter) {
            throw .unknownScheme
        } else if ConnectionText.isLikely(text) {
            throw .connection
        } else {
            self = .directory(try Self.checked(text))
        }
    }

    private static func checked(_ path: String) throws(LibraryConfigurationError) -> String {
        guard !path.isEmpty else { throw .empty }
        return path
    }

    /// Returns the path of `sqlite:FILE`, or of a URL without a host.
    private static func sqlitePath(_ text: String) throws(LibraryConfigurationError) -> String {
        guard !ConnectionText.hasPartsOfConnection(text) else { throw .connection }
        guard let path = text.behind("//") else { return try checked(text) }
        guard path.isEmpty || path.utf8.first == UInt8(ascii: "/") else { throw .unknownScheme }
        return try checked(path)
    }
}

extension LibraryLocation: CustomStringConvertible, CustomDebugStringConvertible {
    /// The text that parses as this location, without the password of a database.
    public var description: String {
        switch self {
        case .memory: "memory:"
        case .directory(let path):
            // A path that parses as another location, or doesn't parse, needs the prefix.
            (try? LibraryLocation(path)) == self ? path : "directory:" + path
        case .sqlite(let path): path.behind("//") == nil ? "sqlite:" + path : "sqlite://" + path
        case .postgresql(let url): url.description
        }
    }

    /// The same text as ``description``.
    public var debugDescription: String { description }
}

extension String {
    /// Returns the text after a prefix, compared by bytes; `nil` if the prefix doesn't match.
    fileprivate func behind(_ beginning: String) -> String? {
        guard utf8.starts(with: beginning.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(beginning.utf8.count), as: UTF8.self)
    }
}

extension Character {
    /// Whether the scheme of a URL may contain this character.
    fileprivate var isSchemeCharacter: Bool { isASCII && (isLetter || isNumber || "+-.".contains(self)) }
}
