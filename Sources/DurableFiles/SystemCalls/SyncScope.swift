/// How much of a file is brought to stable storage.
package enum SyncScope: Hashable, Sendable {
    /// The content and what is needed to read it back, the size included, but not the dates.
    case content

    /// The content and all that the file system knows about the file.
    case everything
}
