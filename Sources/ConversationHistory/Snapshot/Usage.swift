/// What a turn cost, as the model's provider counts it.
public struct Usage: Hashable, Sendable {
    /// The tokens that went to the model.
    public var inputTokens: Int

    /// The tokens that came back.
    public var outputTokens: Int

    /// Whatever else the provider reports: cached tokens, reasoning tokens, a price.
    public var details: JSONObject

    /// Creates a usage.
    public init(inputTokens: Int = 0, outputTokens: Int = 0, details: JSONObject = [:]) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.details = details
    }

    /// Returns the tokens of both; of the details, the left one's, then those that only the right one has.
    public static func + (lhs: Usage, rhs: Usage) -> Usage {
        var sum = lhs
        sum.inputTokens = saturated(lhs.inputTokens, rhs.inputTokens)
        sum.outputTokens = saturated(lhs.outputTokens, rhs.outputTokens)
        for (key, value) in rhs.details where sum.details[key] == nil { sum.details[key] = value }
        return sum
    }

    /// The numbers come from a server, which may send any.
    private static func saturated(_ lhs: Int, _ rhs: Int) -> Int {
        let (sum, overflow) = lhs.addingReportingOverflow(rhs)
        return overflow ? (lhs > 0 ? .max : .min) : sum
    }
}
