/// What a command does to a library that is not there.
enum LibraryAccess {
    /// It fails: a mistyped path must not look like an empty library.
    case existing

    /// It makes a new one.
    case creating
}
