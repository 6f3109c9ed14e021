/// Why a turn could not be finished, if nothing outside has failed.
struct AgentError: Error, Hashable, CustomStringConvertible {
    /// Why, in a sentence.
    let description: String

    static let tooManySteps = AgentError(
        description: "The model went on calling tools and was stopped after \(AgentLoop.maximumSteps) steps."
    )
    static let emptyAnswer = AgentError(description: "The model's answer was empty.")
}
