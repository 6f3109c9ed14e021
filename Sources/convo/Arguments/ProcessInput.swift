import Foundation

/// The arguments and the environment of the process, which must be UTF-8.
///
/// Text that is not UTF-8 would be decoded with replacement characters, and different names could become equal.
enum ProcessInput {
    /// The environment variables that the command reads.
    private static let variables = [
        "DATABASE_URL", "DB_BACKEND", "DB_HOST", "DB_MAX_OVERFLOW", "DB_NAME", "DB_PASSWORD", "DB_POOL_SIZE", "DB_PORT",
        "DB_USER", "DEFAULT_ORG_ID", "DEFAULT_USER_ID", "ENABLE_DB_PERSISTENCE", "NO_COLOR", "OPENAI_API_KEY", "TERM",
    ]

    /// Returns the arguments without the program's name.
    static func arguments() throws(UsageError) -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { break }
            guard let argument = String(validatingCString: word) else {
                throw UsageError("Argument \(index) is not valid UTF-8. If it is a file name, rename the file.")
            }
            arguments.append(argument)
        }
        return arguments
    }

    /// Returns the values of the variables that the command reads.
    static func environment() throws(UsageError) -> [String: String] {
        var environment: [String: String] = [:]
        for name in variables {
            guard let value = getenv(name) else { continue }
            guard let text = String(validatingCString: value) else {
                throw UsageError("The value of the environment variable \(name) is not valid UTF-8.")
            }
            environment[name] = text
        }
        return environment
    }
}
