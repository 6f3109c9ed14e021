#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is known about one turn: which entries it added, how it ended, what it cost.
public struct Turn: Sendable, Hashable, Identifiable {
    /// How a turn ended.
    ///
    /// The set is open: an outcome that a later version adds is kept as it is.
    public struct Outcome: RawRepresentable, Hashable, Sendable {
        /// The outcome's name, as it is stored.
        public let rawValue: String

        /// Creates an outcome from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The loop handed back.
        public static let completed = Outcome(rawValue: "completed")

        /// The loop threw.
        public static let failed = Outcome(rawValue: "failed")

        /// The loop was cancelled.
        public static let cancelled = Outcome(rawValue: "cancelled")

        /// The process ended while the turn ran; it was found so when the conversation was restored.
        public static let interrupted = Outcome(rawValue: "interrupted")
    }

    /// The turn's id, unique in its conversation.
    public let id: TurnID

    /// The positions of the entries that the turn added.
    public var entries: Range<Int>

    /// When the turn began, if that is known.
    public var started: Date?

    /// When the turn ended; `nil` while it runs.
    public var ended: Date?

    /// How the turn ended; `nil` while it runs.
    public var outcome: Outcome?

    /// What the turn cost, if the loop said so.
    public var usage: Usage?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates the record of a turn.
    public init(
        id: TurnID = .unique(),
        entries: Range<Int>,
        started: Date? = nil,
        ended: Date? = nil,
        outcome: Outcome? = nil,
        usage: Usage? = nil
    ) {
        self.id = id
        self.entries = entries
        self.started = started
        self.ended = ended
        self.outcome = outcome
        self.usage = usage
        self.additionalFields = [:]
    }
}

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
