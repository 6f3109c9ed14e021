#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The record of one turn: the entries that it added, its outcome and its usage.
public struct Turn: Sendable, Hashable, Identifiable {
    /// The outcome of a turn.
    ///
    /// The set is open: an outcome that a later version adds is kept unchanged.
    public struct Outcome: RawRepresentable, Hashable, Sendable {
        /// The outcome's name, as it is stored.
        public let rawValue: String

        /// Creates an outcome from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The loop returned.
        public static let completed = Outcome(rawValue: "completed")

        /// The loop threw an error.
        public static let failed = Outcome(rawValue: "failed")

        /// The loop was cancelled.
        public static let cancelled = Outcome(rawValue: "cancelled")

        /// The process ended during the turn, which was noticed when the conversation was restored.
        public static let interrupted = Outcome(rawValue: "interrupted")
    }

    /// The turn's id, unique in its conversation.
    public let id: TurnID

    /// The positions of the entries that the turn added.
    public var entries: Range<Int>

    /// When the turn began, if known.
    public var started: Date?

    /// When the turn ended; `nil` while it runs.
    public var ended: Date?

    /// The outcome of the turn; `nil` while it runs.
    public var outcome: Outcome?

    /// The usage of the turn, if the loop reported it.
    public var usage: Usage?

    /// Members that this version doesn't know, kept as they were read.
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

/// The token usage of a turn, as the model's provider counts it.
public struct Usage: Hashable, Sendable {
    /// The number of tokens sent to the model.
    public var inputTokens: Int

    /// The number of tokens that the model returned.
    public var outputTokens: Int

    /// Other figures that the provider reports, such as cached tokens, reasoning tokens or a price.
    public var details: JSONObject

    /// Creates a usage.
    public init(inputTokens: Int = 0, outputTokens: Int = 0, details: JSONObject = [:]) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.details = details
    }

    /// Returns the total usage of two requests.
    ///
    /// Adds the tokens, and the numbers with the same key in the details, also in nested objects. Numbers in the
    /// details are added exactly, as decimals. If both have another detail with the same key, the right one is kept,
    /// unless it is `null`.
    public static func + (lhs: Usage, rhs: Usage) -> Usage {
        Usage(
            inputTokens: saturated(lhs.inputTokens, rhs.inputTokens),
            outputTokens: saturated(lhs.outputTokens, rhs.outputTokens),
            details: sum(lhs.details, rhs.details, depth: 0)
        )
    }

    private static func sum(_ lhs: JSONObject, _ rhs: JSONObject, depth: Int) -> JSONObject {
        var members = Array(lhs)
        // A dictionary, because looking up each member in the object would take quadratic time.
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
        // Deeper details can't be stored anyway.
        case (.object(let left), .object(let right)) where depth < JSONValue.maximumDepth:
            .object(sum(left, right, depth: depth + 1))
        case (_, .null): lhs
        default: rhs
        }
    }

    /// Returns a sum that stays in the range of `Int`, because a server may send any numbers.
    private static func saturated(_ lhs: Int, _ rhs: Int) -> Int {
        let (sum, overflow) = lhs.addingReportingOverflow(rhs)
        return overflow ? (lhs > 0 ? .max : .min) : sum
    }
}
