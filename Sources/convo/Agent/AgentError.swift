/// An error of the agent loop itself.
struct AgentError: Error, Hashable, CustomStringConvertible {
    /// The reason, in a sentence.
    let description: String

    static let tooManySteps = AgentError(
        description: "The model kept calling tools and was stopped after \(AgentLoop.maximumSteps) steps."
    )
    /// An answer that was cut off before any text arrived.
    ///
    /// - Parameter reason: The server's name for the reason.
    static func cutOff(_ reason: String) -> AgentError {
        let word = reason.cell.fitted(to: 40)
        return AgentError(description: "The server cut off the answer before any text arrived (\(word)).")
    }

    static let emptyAnswer = AgentError(description: "The model's answer was empty.")
}
