/// What the program tells the shell when it ends.
enum ExitCode: Int32 {
    /// Everything that was asked for was done.
    case success = 0

    /// Something failed; a sentence on standard error says what.
    case failure = 1

    /// The arguments were wrong (`EX_USAGE`).
    case usage = 64
}
