/// An error in the command-line arguments.
struct UsageError: Error, Hashable, CustomStringConvertible {
    /// The problem and a reference to the help, in one or two sentences.
    let description: String

    init(_ description: String) { self.description = description }
}
