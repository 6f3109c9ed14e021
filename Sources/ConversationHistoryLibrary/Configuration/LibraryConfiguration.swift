public import ConversationHistory

/// An application's library location and default owner, read from environment variables.
///
/// ```swift
/// import ConversationHistoryLibrary
/// import Foundation
///
/// let configuration = try LibraryConfiguration(environment: ProcessInfo.processInfo.environment)
/// ```
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `DATABASE_URL` | a ``LibraryLocation``; it overrides the location from the `DB_` variables | |
/// | `DB_BACKEND` | `mock` or `memory`, `directory`, `sqlite`, `postgresql` | `mock` |
/// | `DB_HOST` | the server | `localhost` |
/// | `DB_PORT` | the server's port | `5432` |
/// | `DB_NAME` | the database; for `directory` and `sqlite`, the path, which is required | `fluxibly` |
/// | `DB_USER` | the database user | `postgres` |
/// | `DB_PASSWORD` | the password | none |
/// | `DB_POOL_SIZE` | the number of connections in the pool | `5` |
/// | `DB_MAX_OVERFLOW` | the number of additional connections while all are in use | `10` |
/// | `ENABLE_DB_PERSISTENCE` | `false` selects memory, regardless of the other variables | `true` |
/// | `DEFAULT_USER_ID` | the user of the default owner | `default_user` |
/// | `DEFAULT_ORG_ID` | the organization of the default owner | `default_org` |
///
/// The names and defaults are those of fluxibly's conversation persistence. An empty value counts as unset. The
/// configuration reads only the environment that you pass, not that of the process.
public struct LibraryConfiguration: Hashable, Sendable {
    /// The location of the library.
    public var location: LibraryLocation

    /// The default owner to scope to.
    public var owner: Owner

    /// The number of connections in the pool.
    public var poolSize: Int

    /// The number of additional connections while all are in use.
    public var maximumOverflow: Int

    /// Creates a configuration from its parts.
    public init(
        location: LibraryLocation = .memory,
        owner: Owner = Owner(user: "default_user", organization: "default_org"),
        poolSize: Int = 5,
        maximumOverflow: Int = 10
    ) {
        self.location = location
        self.owner = owner
        self.poolSize = poolSize
        self.maximumOverflow = maximumOverflow
    }

    /// Creates a configuration from environment variables.
    ///
    /// Every value that is set is validated, even if another variable overrides it.
    ///
    /// - Parameter environment: The variables by name; variables not listed above are ignored.
    /// - Throws: ``LibraryConfigurationError``, which names the variable but not its value.
    public init(environment: [String: String]) throws(LibraryConfigurationError) {
        self.init()
        let variables = EnvironmentVariables(environment)
        poolSize = try variables.number("DB_POOL_SIZE", in: 1...10_000) ?? poolSize
        maximumOverflow = try variables.number("DB_MAX_OVERFLOW", in: 0...10_000) ?? maximumOverflow
        owner.user = variables["DEFAULT_USER_ID"] ?? owner.user
        owner.organization = variables["DEFAULT_ORG_ID"] ?? owner.organization
        let isPersistent = try variables.truth("ENABLE_DB_PERSISTENCE") ?? true
        let parts = try Self.locationOfParts(variables, isNeeded: isPersistent && variables["DATABASE_URL"] == nil)
        let url = try Self.location(variables, "DATABASE_URL")
        location = isPersistent ? url ?? parts : .memory
    }

    private static func location(
        _ variables: EnvironmentVariables,
        _ name: String
    ) throws(LibraryConfigurationError) -> LibraryLocation? {
        guard let text = variables[name] else { return nil }
        do throws(LibraryConfigurationError) { return try LibraryLocation(text) } catch { throw error.of(name) }
    }

    /// Returns the location from the variables other than `DATABASE_URL`.
    ///
    /// - Parameter isNeeded: Whether the location is used; otherwise a missing path isn't an error.
    private static func locationOfParts(
        _ variables: EnvironmentVariables,
        isNeeded: Bool
    ) throws(LibraryConfigurationError) -> LibraryLocation {
        let port = try variables.number("DB_PORT", in: 1...65_535) ?? 5432
        let backend = variables["DB_BACKEND"] ?? "mock"
        switch backend {
        case "mock", "memory": return .memory
        case "postgresql":
            for name in ["DB_HOST", "DB_NAME", "DB_USER"] {
                guard let value = variables[name], ConnectionText.hasPartsOfConnection(value) else { continue }
                throw LibraryConfigurationError(
                    .invalidValue,
                    variable: name,
                    "It must be one part of a connection; DATABASE_URL takes a whole one."
                )
            }
            let url = ConnectionURL(
                host: variables["DB_HOST"] ?? "localhost",
                port: port,
                database: variables["DB_NAME"] ?? "fluxibly",
                user: variables["DB_USER"] ?? "postgres",
                password: variables["DB_PASSWORD"]
            )
            return .postgresql(url)
        case "directory", "sqlite":
            guard let path = variables["DB_NAME"] else {
                guard isNeeded else { return .memory }
                throw LibraryConfigurationError(
                    .missingValue,
                    variable: "DB_NAME",
                    "With DB_BACKEND \(backend) it must name the path of the library."
                )
            }
            guard !ConnectionText.isLikely(path) else {
                throw LibraryConfigurationError(
                    .invalidValue,
                    variable: "DB_NAME",
                    "With DB_BACKEND \(backend) it must be a path, and it looks like the connection of a database."
                )
            }
            return backend == "sqlite" ? .sqlite(path) : .directory(path)
        default:
            throw LibraryConfigurationError(
                .invalidValue,
                variable: "DB_BACKEND",
                "It must be mock, memory, directory, sqlite or postgresql."
            )
        }
    }
}

/// Typed access to environment variables.
struct EnvironmentVariables {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The value of a variable; `nil` if it is unset or empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// Returns the value of an integer variable.
    func number(_ name: String, in range: ClosedRange<Int>) throws(LibraryConfigurationError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw LibraryConfigurationError(
                .invalidValue,
                variable: name,
                "It must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// Returns the value of a Boolean variable.
    func truth(_ name: String) throws(LibraryConfigurationError) -> Bool? {
        switch self[name]?.lowercased() {
        case nil: return nil
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            throw LibraryConfigurationError(.invalidValue, variable: name, "It must be true or false.")
        }
    }
}

/// An error in the location of a library, from a text or an environment.
///
/// The error contains no part of the values, which may be secrets.
public struct LibraryConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, by what can be done about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case empty, unknownScheme, missingValue, invalidValue }
        private let value: Value

        /// The location is empty: give one.
        public static let empty = Code(value: .empty)

        /// The text is, or looks like, a URL that no library supports: check for a typo.
        public static let unknownScheme = Code(value: .unknownScheme)

        /// A variable that the other variables require is not set: set it.
        public static let missingValue = Code(value: .missingValue)

        /// The value of a variable isn't allowed: the reason describes the allowed values.
        public static let invalidValue = Code(value: .invalidValue)
    }

    /// The kind of failure.
    public let code: Code

    /// The environment variable with the error; `nil` if the text came from elsewhere.
    public let variable: String?

    /// A sentence that says what is wrong and what is expected.
    public let reason: String

    init(_ code: Code, variable: String? = nil, _ reason: String) {
        self.code = code
        self.variable = variable
        self.reason = reason
    }

    static let empty = LibraryConfigurationError(.empty, "The location of the library is empty.")

    static let unknownScheme = LibraryConfigurationError(
        .unknownScheme,
        "A library is in a directory, in sqlite:FILE, at postgresql://… or in memory:, and nowhere else."
    )

    static let connection = LibraryConfigurationError(
        .unknownScheme,
        """
        This looks like the connection of a database, which is written postgresql://USER@HOST/DATABASE; \
        a directory of such a name is written directory:DIR.
        """
    )

    /// Returns this error for the value of a variable.
    func of(_ variable: String) -> LibraryConfigurationError {
        LibraryConfigurationError(code, variable: variable, reason)
    }

    /// The reason, with the variable if there is one.
    public var description: String {
        variable.map { "The environment variable \($0) cannot be used: \(reason)" } ?? reason
    }
}
