import ConversationHistory

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
