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
