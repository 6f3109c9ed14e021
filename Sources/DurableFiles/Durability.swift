/// What a write that returned survives.
package enum Durability: Hashable, Sendable {
    /// The loss of power: the data are on stable storage.
    case full

    /// The death of the process, but not of the system: nothing is synchronised.
    case processCrash
}
