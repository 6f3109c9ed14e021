import ConversationHistoryLibrary

/// One thing that a conformance suite demands.
public struct ConformanceClause: Hashable, Sendable, Identifiable {
    /// The clause's short name, such as `"A1"`; it never changes its meaning.
    public let id: String

    /// What is demanded, in a sentence.
    public let demand: String

    /// Creates a clause, for a suite of one's own.
    public init(_ id: String, _ demand: String) {
        self.id = id
        self.demand = demand
    }
}

extension ConformanceClause {
    /// What ``HistoryStoreConformance`` demands, in the order in which it is asked.
    public static let historyStore: [ConformanceClause] = [
        a1, a2, a3, a4, a5, a6, a7, a8, a9, a11, a12, a13, a14, b0, b1, b2, b3, b5, b6, b7, b8, c6, d1, d2, d3, d4, d5,
        d6, d9, d10, d11, d12, d13,
    ]

    static let a1 = ConformanceClause("A1", "A store that was never written loads nil.")
    static let a2 = ConformanceClause("A2", "What was saved is loaded, byte for byte.")
    static let a3 = ConformanceClause("A3", "The last save replaces the one before wholly, also by something shorter.")
    static let a4 = ConformanceClause("A4", "Two stores share nothing.")
    static let a5 = ConformanceClause(
        "A5",
        "What was saved and what was loaded can be changed without changing the store."
    )
    static let a6 = ConformanceClause("A6", "An empty snapshot that was saved is not nil.")
    static let a7 = ConformanceClause("A7", "Saving the same snapshot again changes nothing.")
    static let a8 = ConformanceClause("A8", "Loading changes nothing.")
    static let a9 = ConformanceClause("A9", "Another instance at the same place loads what was saved.")
    static let a11 = ConformanceClause("A11", "A conversation of hundreds of turns comes back.")
    static let a12 = ConformanceClause("A12", "Entries keep their order, whatever their dates and ids are.")
    static let a13 = ConformanceClause(
        "A13",
        "An entry as large as the store's limits allow is saved and loaded, also pinned, streamed and rewound."
    )
    static let a14 = ConformanceClause(
        "A14",
        "An entry that is larger than the store's limits is refused, and nothing is changed, or it is kept whole."
    )
    static let b0 = ConformanceClause("B0", "Every snapshot that can be built can be saved and loaded.")
    static let b1 = ConformanceClause("B1", "Damage is an error: never nil, never a snapshot that was not saved.")
    static let b2 = ConformanceClause("B2", "What could not be loaded is not written over.")
    static let b3 = ConformanceClause("B3", "A newer version is refused by name, whatever the shape of its body.")
    static let b5 = ConformanceClause("B5", "Entries and messages of unknown kinds are kept through load and save.")
    static let b6 = ConformanceClause("B6", "Unknown members of the snapshot are kept through load and save.")
    static let b7 = ConformanceClause(
        "B7",
        "Half a surrogate pair makes nothing unwritable or unreadable, and is kept."
    )
    static let b8 = ConformanceClause(
        "B8",
        "A history of which a message does not decode as the store's type is not called damaged, and not written over."
    )
    static let c6 = ConformanceClause("C6", "A cancelled save leaves the old or the new snapshot, and a usable store.")
    static let d1 = ConformanceClause("D1", "Tasks that save to stores of their own lose nothing.")
    static let d2 = ConformanceClause("D2", "Of tasks that save to one store, one has the last word, wholly.")
    static let d3 = ConformanceClause(
        "D3",
        "A save onto a state that the instance has not seen is refused as a conflict."
    )
    static let d4 = ConformanceClause("D4", "Two instances that load, change, save and retry on conflict lose nothing.")
    static let d5 = ConformanceClause("D5", "What was deleted and written anew is in conflict with the old state.")
    static let d6 = ConformanceClause("D6", "A save after a deletion does not bring the conversation back.")
    static let d9 = ConformanceClause("D9", "Two instances that save at once leave the snapshot of one, not a mixture.")
    static let d10 = ConformanceClause(
        "D10",
        "Of two snapshots that one instance loaded and that were changed since, only the first is saved."
    )
    static let d11 = ConformanceClause(
        "D11",
        "A load that is only a look changes nothing for a snapshot that was loaded before."
    )
    static let d12 = ConformanceClause(
        "D12",
        "Of two conversations that begin in one store instance, only the first is saved."
    )
    static let d13 = ConformanceClause(
        "D13",
        "Of two changed copies of a saved snapshot, only the first is saved; what follows from it is saved as well."
    )
}
