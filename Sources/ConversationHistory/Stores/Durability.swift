/// The kind of failure that a completed save survives.
public enum Durability: Hashable, Sendable {
    /// A loss of power: the snapshot is on stable storage.
    case full

    /// A crash of the process, but not a loss of power: saves don't wait for the disk.
    ///
    /// The system writes in any order, so a loss of power can damage the file itself, not only lose the last saves.
    case processCrash
}
