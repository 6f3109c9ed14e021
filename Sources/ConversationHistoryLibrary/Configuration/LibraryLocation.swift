import ConversationHistory

/// Where a library is, as people and configurations write it.
///
/// | text | location |
/// |---|---|
/// | `memory:` | memory |
/// | `sqlite:FILE`, `sqlite:///FILE` | a SQLite database; the second form is an absolute path |
/// | `postgresql://…`, `postgres://…` | a PostgreSQL database |
/// | `directory:DIR`, and anything else that is no connection | a directory |
///
/// What looks like the connection of a database is never a path, as it may hold a password: a text with `://`, with
/// `user:password@`, or with a keyword and its value, such as `host=db password=…`. A directory of such a name is written
/// with `directory:`, or begins with `/`, `./` or `../`.
///
/// ```swift
/// switch try LibraryLocation("sqlite:agent.db") {
/// case .sqlite(let path): …
/// ```
public enum LibraryLocation: Hashable, Sendable {
    /// The memory of the process.
    case memory

    /// A directory, by its path.
    case directory(String)

    /// A SQLite database, by the path of its file.
    case sqlite(String)

    /// A PostgreSQL database, by its address.
    case postgresql(ConnectionURL)

    /// Understands a text.
    ///
    /// - Throws: ``LibraryConfigurationError``: there is nothing (`empty`), or the text is the address of something else,
    ///   or looks like it (`unknownScheme`).
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

    /// Takes the path out of `sqlite:FILE`, or of a URL, which names no host.
    private static func sqlitePath(_ text: String) throws(LibraryConfigurationError) -> String {
        guard !ConnectionText.hasPartsOfConnection(text) else { throw .connection }
        guard let path = text.behind("//") else { return try checked(text) }
        guard path.isEmpty || path.utf8.first == UInt8(ascii: "/") else { throw .unknownScheme }
        return try checked(path)
    }
}

extension LibraryLocation: CustomStringConvertible, CustomDebugStringConvertible {
    /// The text that means this location, without the password of a database.
    public var description: String {
        switch self {
        case .memory: "memory:"
        case .directory(let path):
            // A directory may be named like another location, or like none: then it is not this one that is read.
            (try? LibraryLocation(path)) == self ? path : "directory:" + path
        case .sqlite(let path): path.behind("//") == nil ? "sqlite:" + path : "sqlite://" + path
        case .postgresql(let url): url.description
        }
    }

    /// The same text as ``description``.
    public var debugDescription: String { description }
}

extension String {
    /// Returns what follows a beginning, compared by bytes; `nil` if this begins otherwise.
    fileprivate func behind(_ beginning: String) -> String? {
        guard utf8.starts(with: beginning.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(beginning.utf8.count), as: UTF8.self)
    }
}

extension Character {
    /// Whether the scheme of a URL may hold this.
    fileprivate var isSchemeCharacter: Bool { isASCII && (isLetter || isNumber || "+-.".contains(self)) }
}
