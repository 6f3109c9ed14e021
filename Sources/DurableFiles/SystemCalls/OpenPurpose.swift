/// What a descriptor is opened for.
package enum OpenPurpose: Hashable, Sendable {
    /// To work on the names of a directory.
    case directory

    /// To work on the names of a directory that is not to be reached through a symbolic link.
    case subdirectory

    /// To read an existing file. Neither follows a symbolic link nor waits for a FIFO's other end.
    case reading

    /// To read and write an existing file at given offsets. Neither follows a symbolic link nor waits for a FIFO's other end.
    case updating

    /// To write a file that must not exist, with mode 0600.
    case creating

    /// To hold a lock: for writing if exclusive, since network file systems ask for that.
    case locking(exclusive: Bool, create: Bool)
}
