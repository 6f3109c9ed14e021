public import ConversationHistory

/// Where an application's library is and for whom, as the environment says.
///
/// ```swift
/// let configuration = try LibraryConfiguration(environment: ProcessInfo.processInfo.environment)
/// ```
///
/// | variable | meaning | unless set |
/// |---|---|---|
/// | `DATABASE_URL` | a ``LibraryLocation``; it wins over the parts below | |
/// | `DB_BACKEND` | `mock` or `memory`, `directory`, `sqlite`, `postgresql` | `mock` |
/// | `DB_HOST` | the server | `localhost` |
/// | `DB_PORT` | its port | `5432` |
/// | `DB_NAME` | the database; of `directory` and `sqlite`, the path, which must be given | `fluxibly` |
/// | `DB_USER` | who connects | `postgres` |
/// | `DB_PASSWORD` | the password | none |
/// | `DB_POOL_SIZE` | how many connections are kept | `5` |
/// | `DB_MAX_OVERFLOW` | how many more are opened while all are in use | `10` |
/// | `ENABLE_DB_PERSISTENCE` | `false` keeps everything in memory, whatever else is said | `true` |
/// | `DEFAULT_USER_ID` | the user that conversations belong to | `default_user` |
/// | `DEFAULT_ORG_ID` | the user's organisation | `default_org` |
///
/// The names and defaults are those of fluxibly's conversation persistence. An empty value counts as not set. The
/// environment is what the caller passes; nothing is read from the process.
public struct LibraryConfiguration: Hashable, Sendable {
    /// Where the library is.
    public var location: LibraryLocation

    /// To whom the application scopes the library unless it knows better.
    public var owner: Owner

    /// How many connections to a server are kept.
    public var poolSize: Int

    /// How many more connections are opened while all are in use.
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

    /// Understands an environment.
    ///
    /// Every value that is set is checked, whether or not it counts.
    ///
    /// - Parameter environment: The variables by their names; others than those above are left alone.
    /// - Throws: ``LibraryConfigurationError``, which names the variable and not its value.
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

    /// Returns the location that the variables beside `DATABASE_URL` say.
    ///
    /// - Parameter isNeeded: Whether it counts: if not, nothing need be complete.
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

/// The values of an environment, read as what they are to be.
struct EnvironmentVariables {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The value of a variable; `nil` if it is not set, or empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// Returns the value of a variable that is a whole number.
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

    /// Returns the value of a variable that says yes or no.
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

/// Why a text or an environment does not say where a library is.
///
/// Nothing in an error is taken from a value, which may be a secret.
public struct LibraryConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, by what can be done about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case empty, unknownScheme, missingValue, invalidValue }
        private let value: Value

        /// There is nothing where a location is expected: give one.
        public static let empty = Code(value: .empty)

        /// The text is, or looks like, an address of a kind that no library has: check for a typo.
        public static let unknownScheme = Code(value: .unknownScheme)

        /// A variable is not set that the others make necessary: set it.
        public static let missingValue = Code(value: .missingValue)

        /// The value of a variable is none that it can have: the reason says which it can.
        public static let invalidValue = Code(value: .invalidValue)
    }

    /// What kind of failure it is.
    public let code: Code

    /// The environment variable that it is about; `nil` if the text came from elsewhere.
    public let variable: String?

    /// What is wrong and what would be right, in a sentence.
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

    /// Returns this error, of the value of a variable.
    func of(_ variable: String) -> LibraryConfigurationError {
        LibraryConfigurationError(code, variable: variable, reason)
    }

    /// The variable, if it is about one, and the reason.
    public var description: String {
        variable.map { "The environment variable \($0) cannot be used: \(reason)" } ?? reason
    }
}
