/// Why a turn could not be finished, if nothing outside has failed.
struct AgentError: Error, Hashable, CustomStringConvertible {
    /// Why, in a sentence.
    let description: String

    static let tooManySteps = AgentError(
        description: "The model went on calling tools and was stopped after \(AgentLoop.maximumSteps) steps."
    )
    /// An answer that was cut off before anything came that could be kept.
    ///
    /// - Parameter reason: The server's word for why.
    static func cutOff(_ reason: String) -> AgentError {
        let word = reason.cell.fitted(to: 40)
        return AgentError(description: "The server cut the answer off before there was any text (\(word)).")
    }

    static let emptyAnswer = AgentError(description: "The model's answer was empty.")
}
