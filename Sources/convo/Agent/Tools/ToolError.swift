/// What a tool tells the model when it cannot do what was asked.
struct ToolError: Error, Hashable, CustomStringConvertible {
    /// The reason, in a sentence.
    let description: String

    init(_ description: String) { self.description = description }
}
