/// An error of a tool, which the model sees.
struct ToolError: Error, Hashable, CustomStringConvertible {
    /// The reason, in a sentence.
    let description: String

    init(_ description: String) { self.description = description }
}
