/// How a command treats a missing library.
enum LibraryAccess {
    /// The command fails, because a mistyped path must not look like an empty library.
    case existing

    /// The command creates the library.
    case creating
}
