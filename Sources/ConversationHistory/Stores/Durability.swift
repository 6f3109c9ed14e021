/// What a save that has returned survives.
public enum Durability: Hashable, Sendable {
    /// The loss of power: the snapshot is on stable storage.
    case full

    /// The end of the process, however sudden, but not the loss of power: nothing waits for the disk.
    ///
    /// As the system then writes in any order, a loss of power can damage the file itself, not only lose the last saves.
    case processCrash
}
