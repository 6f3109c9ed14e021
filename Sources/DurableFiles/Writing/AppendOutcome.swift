/// What an append that was committed left behind.
package struct AppendOutcome: Hashable, Sendable {
    /// The file as it is now.
    package var identity: FileIdentity

    /// Whether the old place was overwritten as asked; `true` also when nothing was asked.
    package var blanked: Bool

    /// Creates an outcome.
    package init(identity: FileIdentity, blanked: Bool) {
        self.identity = identity
        self.blanked = blanked
    }
}
