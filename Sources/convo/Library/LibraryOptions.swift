import ConversationHistory
import ConversationHistoryLibrary

/// Which library a command works on, and as whom.
struct LibraryOptions: Hashable, Sendable {
    /// Where the library is.
    let location: LibraryLocation

    /// To whom it is scoped; `nil` for everyone's conversations.
    private(set) var owner: Owner?

    /// `--library`.
    static let place = CommandOption.value("library", "L", "The library: a directory, sqlite:FILE or postgresql://…")

    /// What each command that works on a library accepts.
    static let declared: [CommandOption] = [
        place,
        .value("user", "U", "Only this user's conversations; new ones are this user's"),
        .value("organization", "O", "Only this organisation's conversations"),
    ]

    /// What the help of each such command says about them.
    static let note = """
        Without --library, DATABASE_URL or DB_BACKEND in the environment say where the library is, and
        DEFAULT_USER_ID and DEFAULT_ORG_ID for whom (default_user and default_org unless they are set).
        """

    /// Whether arguments or the environment say where the library is.
    static func isGiven(_ arguments: ParsedArguments) -> Bool {
        arguments.value("library") != nil
            || ["DATABASE_URL", "DB_BACKEND"].contains { arguments.environment[$0]?.isEmpty == false }
    }

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard Self.isGiven(arguments) else {
            throw arguments.error("Say where the library is, such as --library conversations")
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
            throw arguments.error("A library in memory is empty at each start; give a directory, or sqlite:FILE")
        }
    }

    /// A library with everyone's conversations, wherever the arguments and the environment say that another one is.
    init(of location: LibraryLocation) { self.location = location }

    /// The same library, with everyone's conversations.
    var ofEveryone: LibraryOptions {
        var options = self
        options.owner = nil
        return options
    }
}
