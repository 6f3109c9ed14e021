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
