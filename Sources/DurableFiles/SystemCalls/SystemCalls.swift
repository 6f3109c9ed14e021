/// The file system calls that this module depends on.
///
/// ``RealSystemCalls`` calls the platform; tests conform too, to count calls and to make them fail.
///
/// Each requirement stands for **one** call. An implementation reports a short read, a short write and an interrupted
/// call (`EINTR`) unchanged; the callers loop and retry, so that tests can reach that code. Names are relative to a
/// directory's descriptor, and symbolic links under them are never followed.
package protocol SystemCalls: Sendable {
    /// Opens a file or directory; the descriptor is closed on `exec`.
    ///
    /// - Parameters:
    ///   - path: A name or a path.
    ///   - directory: The base of a relative path; the working directory if `nil`.
    ///   - purpose: The purpose of the descriptor, which determines the flags.
    func open(_ path: String, in directory: CInt?, for purpose: OpenPurpose) throws(SystemCallFailure) -> CInt

    /// Closes a descriptor, which is gone afterwards even if the call fails.
    func closeDescriptor(_ descriptor: CInt) throws(SystemCallFailure)

    /// Returns the status of an open file.
    func status(of descriptor: CInt) throws(SystemCallFailure) -> FileStatus

    /// Returns the status of a name.
    func status(ofName name: String, in directory: CInt) throws(SystemCallFailure) -> FileStatus

    /// Reads once and returns the number of bytes read; 0 at the end of the file.
    func read(
        _ descriptor: CInt,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int

    /// Writes once and returns the number of bytes written, which may be fewer than given.
    func write(
        _ descriptor: CInt,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int

    /// Truncates an open file to a size.
    func truncate(_ descriptor: CInt, to size: Int64) throws(SystemCallFailure)

    /// Sets the permission bits of an open file.
    func setMode(_ mode: UInt32, of descriptor: CInt) throws(SystemCallFailure)

    /// Sets the owner and the group of an open file.
    func setOwner(_ owner: UInt32, group: UInt32, of descriptor: CInt) throws(SystemCallFailure)

    /// Synchronizes an open file or directory with stable storage, by the strongest means of the platform.
    func synchronize(_ descriptor: CInt, _ scope: SyncScope) throws(SystemCallFailure)

    /// Renames a file, possibly into another directory; replaces an existing file of the new name in one step.
    func rename(
        _ name: String,
        in directory: CInt,
        to newName: String,
        in newDirectory: CInt
    ) throws(SystemCallFailure)

    /// Gives a file a second name in the same directory; fails with `EEXIST` if the name is taken.
    func link(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure)

    /// Creates a directory that only its user may enter.
    ///
    /// - Parameter directory: The base of a relative path; the working directory if `nil`.
    func makeDirectory(_ path: String, in directory: CInt?) throws(SystemCallFailure)

    /// Removes an empty directory.
    func removeDirectory(_ name: String, in directory: CInt) throws(SystemCallFailure)

    /// Removes a name, unless it belongs to a directory.
    func unlink(_ name: String, in directory: CInt) throws(SystemCallFailure)

    /// Returns the target of a symbolic link, as bytes.
    func readLink(_ name: String, in directory: CInt) throws(SystemCallFailure) -> [UInt8]

    /// Takes or releases the advisory lock of an open file without waiting; `EWOULDBLOCK` if it is held elsewhere.
    func lock(_ descriptor: CInt, _ operation: LockOperation) throws(SystemCallFailure)

    /// Returns the names in a directory that are valid UTF-8, in no particular order, without `.` and `..`.
    func names(in directory: CInt) throws(SystemCallFailure) -> [String]

    /// Returns the current time by the clock that dates files, in seconds since 1970.
    func currentSeconds() -> Int64

    /// Blocks the calling thread for about a duration.
    func pause(for duration: Duration)
}

extension SystemCalls {
    /// Renames a file within a directory; replaces an existing file of the new name in one step.
    func rename(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure) {
        try rename(name, in: directory, to: newName, in: directory)
    }
}

/// The purpose of a descriptor.
package enum OpenPurpose: Hashable, Sendable {
    /// Access to the names of a directory.
    case directory

    /// Access to the names of a directory that must not be reached through a symbolic link.
    case subdirectory

    /// Reading an existing file, without following a symbolic link or waiting for a FIFO's other end.
    case reading

    /// Reading and writing an existing file at given offsets, without following a symbolic link or waiting for a FIFO's
    /// other end.
    case updating

    /// Writing a file that must not exist yet, with mode 0600.
    case creating

    /// Holding a lock; opened for writing if exclusive, since network file systems require that.
    case locking(exclusive: Bool, create: Bool)
}

/// An operation on the lock of a file.
package enum LockOperation: Hashable, Sendable {
    /// Take the lock together with other readers.
    case shared

    /// Take the lock alone.
    case exclusive

    /// Release the lock.
    case unlock
}

/// The parts of a file that are synchronized with stable storage.
package enum SyncScope: Hashable, Sendable {
    /// The content and the metadata needed to read it, including the size but not the dates.
    case content

    /// The content and all metadata of the file.
    case everything
}

/// The status of a file, as reported by the system.
package struct FileStatus: Hashable, Sendable {
    /// The kind of a file.
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    /// The kind of the file.
    package var kind: Kind

    /// The identity and state of the file.
    package var identity: FileIdentity

    /// The user that owns the file.
    package var owner: UInt32

    /// The group that owns the file.
    package var group: UInt32

    /// Creates a status.
    package init(kind: Kind, identity: FileIdentity, owner: UInt32, group: UInt32) {
        self.kind = kind
        self.identity = identity
        self.owner = owner
        self.group = group
    }
}

/// A failed system call, with its name and its error number.
package struct SystemCallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat`.
    package let call: String

    /// The error number, such as `ENOENT`.
    package let errno: CInt

    /// Creates a failure.
    package init(call: String, errno: CInt) {
        self.call = call
        self.errno = errno
    }

    /// The call and the system's text for the error.
    package var description: String {
        "\(call): \(ErrorNumber.text(errno)) (\(errno))"
    }
}
