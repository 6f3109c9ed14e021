/// Arguments that cannot be understood.
struct UsageError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and where to read more, in a sentence or two.
    let description: String

    init(_ description: String) { self.description = description }
}
