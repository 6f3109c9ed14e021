/// The identity and state of a file, equal until the file is replaced or written.
package struct FileIdentity: Hashable, Sendable {
    /// The device that holds the file.
    package var device: UInt64

    /// The file's number on its device.
    package var inode: UInt64

    /// The size in bytes.
    package var size: Int64

    /// The time of the last change to the content: whole seconds since 1970.
    package var modifiedSeconds: Int64

    /// The time of the last change to the content: nanoseconds of the second.
    package var modifiedNanoseconds: Int64

    /// The permission bits.
    package var mode: UInt32

    /// The number of names that the file has.
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

    /// Returns whether both identify the same file, in any state.
    package func isSameFile(as other: FileIdentity) -> Bool {
        device == other.device && inode == other.inode
    }
}
