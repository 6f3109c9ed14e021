/// The failures that a completed write survives.
package enum Durability: Hashable, Sendable {
    /// A power loss: the data is on stable storage.
    case full

    /// A crash of the process, but not of the system: nothing is synchronized.
    case processCrash
}
