/// How much a reader takes in before it refuses.
public struct HistoryLimits: Hashable, Sendable {
    /// The bytes of the largest entry: 256 MiB unless set.
    public var entryBytes: Int

    /// The bytes of the largest history that must be read as a whole, as it is not stored one entry a line: 1 GiB
    /// unless set.
    public var documentBytes: Int

    /// Creates limits.
    public init(entryBytes: Int = 256 << 20, documentBytes: Int = 1 << 30) {
        self.entryBytes = entryBytes
        self.documentBytes = documentBytes
    }
}
