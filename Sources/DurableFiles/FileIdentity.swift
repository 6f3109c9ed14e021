/// Which file something is and in what state it was seen; equal as long as nobody replaced or wrote it.
package struct FileIdentity: Hashable, Sendable {
    /// The device that holds the file.
    package var device: UInt64

    /// The file's number on its device.
    package var inode: UInt64

    /// The size in bytes.
    package var size: Int64

    /// When the content was last modified: whole seconds since 1970.
    package var modifiedSeconds: Int64

    /// When the content was last modified: nanoseconds of the second.
    package var modifiedNanoseconds: Int64

    /// The permission bits.
    package var mode: UInt32

    /// How many names the file has.
    package var linkCount: UInt64

    /// Creates an identity.
    package init(
        device: UInt64,
        inode: UInt64,
        size: Int64,
        modifiedSeconds: Int64,
        modifiedNanoseconds: Int64,
        mode: UInt32,
        linkCount: UInt64 = 1
    ) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modifiedSeconds = modifiedSeconds
        self.modifiedNanoseconds = modifiedNanoseconds
        self.mode = mode
        self.linkCount = linkCount
    }

    /// Whether both are the same file, in whatever state.
    package func isSameFile(as other: FileIdentity) -> Bool {
        device == other.device && inode == other.inode
    }
}
