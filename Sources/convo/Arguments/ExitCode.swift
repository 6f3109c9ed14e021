/// The exit codes of the program.
enum ExitCode: Int32 {
    /// The command succeeded.
    case success = 0

    /// The command failed, and reported the reason on standard error.
    case failure = 1

    /// The arguments were wrong (`EX_USAGE`).
    case usage = 64
}
