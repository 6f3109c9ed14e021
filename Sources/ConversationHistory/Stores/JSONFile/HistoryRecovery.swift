/// A record of the bytes that a store skipped to reach the last complete snapshot in its file.
public struct HistoryRecovery: Hashable, Sendable {
    /// The revision of that snapshot; it grows with every save.
    public let revision: Int

    /// The offset after the snapshot's last byte.
    public let offset: Int

    /// The number of bytes after that offset, left by a save that never returned.
    public let byteCount: Int
}
