import ConversationHistoryLibrary

/// A requirement of a conformance suite.
public struct ConformanceClause: Hashable, Sendable, Identifiable {
    /// The clause's short name, such as `"A1"`, whose meaning never changes.
    public let id: String

    /// A sentence that states the requirement.
    public let demand: String

    /// Creates a clause, for a custom suite.
    public init(_ id: String, _ demand: String) {
        self.id = id
        self.demand = demand
    }
}

extension ConformanceClause {
    /// The clauses of ``HistoryStoreConformance``, in the order in which they are checked.
    public static let historyStore: [ConformanceClause] = [
        a1, a2, a3, a4, a5, a6, a7, a8, a9, a11, a12, a13, a14, b0, b1, b2, b3, b5, b6, b7, b8, c6, d1, d2, d3, d4, d5,
        d6, d9, d10, d11, d12, d13,
    ]

    static let a1 = ConformanceClause("A1", "A store to which nothing was ever saved loads nil.")
    static let a2 = ConformanceClause("A2", "A saved snapshot loads unchanged, byte for byte.")
    static let a3 = ConformanceClause("A3", "A save replaces the previous snapshot completely, even by a shorter one.")
    static let a4 = ConformanceClause("A4", "Two stores share no data.")
    static let a5 = ConformanceClause(
        "A5",
        "Changing a saved or loaded snapshot doesn't change the store."
    )
    static let a6 = ConformanceClause("A6", "A saved empty snapshot doesn't load as nil.")
    static let a7 = ConformanceClause("A7", "Saving the same snapshot again changes nothing.")
    static let a8 = ConformanceClause("A8", "Loading changes nothing.")
    static let a9 = ConformanceClause("A9", "Another instance over the same storage loads the saved snapshot.")
    static let a11 = ConformanceClause("A11", "A conversation of hundreds of turns is saved and loaded.")
    static let a12 = ConformanceClause("A12", "Entries keep their order, whatever their dates and ids are.")
    static let a13 = ConformanceClause(
        "A13",
        "An entry of the largest size that the limits allow is saved and loaded, also pinned, streamed and rewound."
    )
    static let a14 = ConformanceClause(
        "A14",
        "An entry above the store's limits is either refused without any change, or stored completely."
    )
    static let b0 = ConformanceClause("B0", "Every snapshot that can be built can be saved and loaded.")
    static let b1 = ConformanceClause("B1", "Damage loads as an error, never as nil or a snapshot that was not saved.")
    static let b2 = ConformanceClause("B2", "Data that can't be loaded is not overwritten.")
    static let b3 = ConformanceClause("B3", "A newer version is refused as such, whatever its body looks like.")
    static let b5 = ConformanceClause("B5", "Entries and messages of unknown kinds are kept through load and save.")
    static let b6 = ConformanceClause("B6", "Unknown members of the snapshot are kept through load and save.")
    static let b7 = ConformanceClause(
        "B7",
        "Half a surrogate pair is kept, and prevents neither saving nor loading."
    )
    static let b8 = ConformanceClause(
        "B8",
        "A history with a message that the store's type doesn't decode is not reported as damaged, and not overwritten."
    )
    static let c6 = ConformanceClause("C6", "A cancelled save leaves the old or the new snapshot, and a usable store.")
    static let d1 = ConformanceClause("D1", "Tasks that save to separate stores lose nothing.")
    static let d2 = ConformanceClause("D2", "After tasks save to one store, it holds one of their snapshots, complete.")
    static let d3 = ConformanceClause(
        "D3",
        "A save over a state that the instance neither loaded nor saved is refused as a conflict."
    )
    static let d4 = ConformanceClause("D4", "Two instances that load, change, save and retry on conflict lose nothing.")
    static let d5 = ConformanceClause("D5", "A history that was deleted and saved again conflicts with the old state.")
    static let d6 = ConformanceClause("D6", "A save after a deletion does not bring the conversation back.")
    static let d9 = ConformanceClause("D9", "Concurrent saves by two instances leave one snapshot, not a mixture.")
    static let d10 = ConformanceClause(
        "D10",
        "If one instance loaded two snapshots and both were changed, only the first save succeeds."
    )
    static let d11 = ConformanceClause(
        "D11",
        "Another load has no effect on a snapshot that was loaded before."
    )
    static let d12 = ConformanceClause(
        "D12",
        "If two conversations begin in one store instance, only the first save succeeds."
    )
    static let d13 = ConformanceClause(
        "D13",
        "If two copies of a saved snapshot were changed, only the first save succeeds, and so do saves based on it."
    )
}
