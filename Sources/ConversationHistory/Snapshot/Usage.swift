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

    /// Returns the usage of two requests together.
    ///
    /// Numbers add up: the tokens, and in the details the numbers of the same name, in nested objects too. Numbers in
    /// the details are added exactly, as decimals. Of any other detail that both have, the right one's is kept; a
    /// `null` on the right changes nothing.
    public static func + (lhs: Usage, rhs: Usage) -> Usage {
        Usage(
            inputTokens: saturated(lhs.inputTokens, rhs.inputTokens),
            outputTokens: saturated(lhs.outputTokens, rhs.outputTokens),
            details: sum(lhs.details, rhs.details, depth: 0)
        )
    }

    private static func sum(_ lhs: JSONObject, _ rhs: JSONObject, depth: Int) -> JSONObject {
        var members = Array(lhs)
        // Not looked up one by one, which would take the square of the number of members.
        var places: [ByteString: Int] = [:]
        for (place, member) in members.enumerated() { places[ByteString(member.key)] = place }
        for member in rhs {
            if let place = places[ByteString(member.key)] {
                members[place].value = sum(members[place].value, member.value, depth: depth)
            } else {
                places[ByteString(member.key)] = members.count
                members.append(member)
            }
        }
        return JSONObject(members)
    }

    private static func sum(_ lhs: JSONValue, _ rhs: JSONValue, depth: Int) -> JSONValue {
        switch (lhs, rhs) {
        case (.number(let left), .number(let right)): .number(.sum(left, right))
        // Deeper details cannot be stored anyway.
        case (.object(let left), .object(let right)) where depth < JSONValue.maximumDepth:
            .object(sum(left, right, depth: depth + 1))
        case (_, .null): lhs
        default: rhs
        }
    }

    /// The numbers come from a server, which may send any.
    private static func saturated(_ lhs: Int, _ rhs: Int) -> Int {
        let (sum, overflow) = lhs.addingReportingOverflow(rhs)
        return overflow ? (lhs > 0 ? .max : .min) : sum
    }
}
