import ConversationHistory
import ConversationHistoryLibrary

/// The library that a command works on, and the owner to scope it to.
struct LibraryOptions: Hashable, Sendable {
    /// The location of the library.
    let location: LibraryLocation

    /// The owner that the library is scoped to; `nil` for the conversations of all owners.
    private(set) var owner: Owner?

    /// The option `--library`.
    static let libraryOption = CommandOption.value(
        "library",
        "L",
        "The library: a directory, sqlite:FILE or postgresql://…"
    )

    /// The options of every command that works on a library.
    static let declared: [CommandOption] = [
        libraryOption,
        .value("user", "U", "Only this user's conversations; new ones belong to this user"),
        .value("organization", "O", "Only this organization's conversations"),
    ]

    /// The paragraph about these options in the help of each command.
    static let note = """
        Without --library, the environment variable DATABASE_URL or DB_BACKEND specifies the library, and
        DEFAULT_USER_ID and DEFAULT_ORG_ID its user and organization (default_user and default_org if not set).
        """

    /// Whether the arguments or the environment specify a library.
    static func isGiven(_ arguments: ParsedArguments) -> Bool {
        arguments.value("library") != nil
            || ["DATABASE_URL", "DB_BACKEND"].contains { arguments.environment[$0]?.isEmpty == false }
    }

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard Self.isGiven(arguments) else {
            throw arguments.error("Specify a library, such as --library conversations")
        }
        for name in ["user", "organization"] where arguments.value(name)?.isEmpty == true {
            throw arguments.error("The value of --\(name) is empty")
        }
        let given = Owner(user: arguments.value("user"), organization: arguments.value("organization"))
        if arguments.value("library") == "-" { throw arguments.error("A library cannot be standard input or output") }
        do throws(LibraryConfigurationError) {
            if let text = arguments.value("library") {
                location = try LibraryLocation(text)
                owner = given == Owner() ? nil : given
            } else {
                let configuration = try LibraryConfiguration(environment: arguments.environment)
                location = configuration.location
                owner = Owner(
                    user: given.user ?? configuration.owner.user,
                    organization: given.organization ?? configuration.owner.organization
                )
            }
        } catch { throw arguments.error(String(error.description.dropLast())) }
        guard location != .memory else {
            throw arguments.error("A library in memory is empty at each start. Use a directory or sqlite:FILE")
        }
    }

    /// Creates options for a library with the conversations of all owners, and ignores arguments and environment.
    init(of location: LibraryLocation) { self.location = location }

    /// The same library, with the conversations of all owners.
    var unscoped: LibraryOptions {
        var options = self
        options.owner = nil
        return options
    }
}
