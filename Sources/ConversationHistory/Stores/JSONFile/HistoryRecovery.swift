/// What a store passed over in its file, to reach the last snapshot that was wholly saved.
public struct HistoryRecovery: Hashable, Sendable {
    /// The revision that was found; it grows with every save.
    public let revision: Int

    /// The offset behind the last byte that belongs to the snapshot.
    public let offset: Int

    /// How many bytes follow there: what a save that never returned has left.
    public let byteCount: Int
}
