/// The seam under this module: every system call on files goes through a conforming value.
///
/// ``RealSystemCalls`` is the real one; tests conform too, to count calls and to make them fail.
///
/// Each requirement stands for **one** call. An implementation reports a short read, a short write and an interrupted
/// call (`EINTR`) as they are; looping and retrying is done above the seam, so that tests can reach it.
/// Names are relative to a directory's descriptor and are never followed when they are symbolic links.
package protocol SystemCalls: Sendable {
    /// Opens a file or directory; the descriptor is closed on `exec`.
    ///
    /// - Parameters:
    ///   - path: A name, or a path.
    ///   - directory: What a relative path starts from; the working directory when `nil`.
    ///   - purpose: What the descriptor is for, which decides the flags.
    func open(_ path: String, in directory: CInt?, for purpose: OpenPurpose) throws(SystemCallFailure) -> CInt

    /// Closes a descriptor, which is gone afterwards even if the call fails.
    func closeDescriptor(_ descriptor: CInt) throws(SystemCallFailure)

    /// Returns what an open file is.
    func status(of descriptor: CInt) throws(SystemCallFailure) -> FileStatus

    /// Returns what stands under a name.
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

    /// Cuts an open file to a size.
    func truncate(_ descriptor: CInt, to size: Int64) throws(SystemCallFailure)

    /// Sets the permission bits of an open file.
    func setMode(_ mode: UInt32, of descriptor: CInt) throws(SystemCallFailure)

    /// Sets the owner and the group of an open file.
    func setOwner(_ owner: UInt32, group: UInt32, of descriptor: CInt) throws(SystemCallFailure)

    /// Brings an open file or directory to stable storage by the strongest means of the platform.
    func synchronize(_ descriptor: CInt, _ scope: SyncScope) throws(SystemCallFailure)

    /// Renames, also into another directory; an existing file under the new name is replaced in one step.
    func rename(
        _ name: String,
        in directory: CInt,
        to newName: String,
        in newDirectory: CInt
    ) throws(SystemCallFailure)

    /// Gives a file a second name in the same directory: `EEXIST` when that is taken.
    func link(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure)

    /// Creates a directory that only its user may enter.
    ///
    /// - Parameter directory: What a relative path starts from; the working directory when `nil`.
    func makeDirectory(_ path: String, in directory: CInt?) throws(SystemCallFailure)

    /// Removes an empty directory.
    func removeDirectory(_ name: String, in directory: CInt) throws(SystemCallFailure)

    /// Removes a name that is not a directory's.
    func unlink(_ name: String, in directory: CInt) throws(SystemCallFailure)

    /// Returns the bytes that a symbolic link holds.
    func readLink(_ name: String, in directory: CInt) throws(SystemCallFailure) -> [UInt8]

    /// Takes or gives back the advisory lock of an open file, never waiting: `EWOULDBLOCK` when it is held elsewhere.
    func lock(_ descriptor: CInt, _ operation: LockOperation) throws(SystemCallFailure)

    /// Returns the names in a directory that are valid UTF-8, in no order, with `.` and `..` left out.
    func names(in directory: CInt) throws(SystemCallFailure) -> [String]

    /// Returns the time of day, in seconds since 1970, by which files are dated.
    func currentSeconds() -> Int64

    /// Blocks the calling thread for about a time.
    func pause(for duration: Duration)
}

extension SystemCalls {
    /// Renames within a directory; an existing file under the new name is replaced in one step.
    func rename(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure) {
        try rename(name, in: directory, to: newName, in: directory)
    }
}

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

/// What is done to the lock of a file.
package enum LockOperation: Hashable, Sendable {
    /// Take it together with other readers.
    case shared

    /// Take it alone.
    case exclusive

    /// Give it back.
    case unlock
}

/// How much of a file is brought to stable storage.
package enum SyncScope: Hashable, Sendable {
    /// The content and what is needed to read it back, the size included, but not the dates.
    case content

    /// The content and all that the file system knows about the file.
    case everything
}

/// What the system tells about a file.
package struct FileStatus: Hashable, Sendable {
    /// What stands under a name.
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    /// What it is.
    package var kind: Kind

    /// Which file it is, and in what state.
    package var identity: FileIdentity

    /// The user that owns it.
    package var owner: UInt32

    /// The group that owns it.
    package var group: UInt32

    /// Creates a status.
    package init(kind: Kind, identity: FileIdentity, owner: UInt32, group: UInt32) {
        self.kind = kind
        self.identity = identity
        self.owner = owner
        self.group = group
    }
}

/// One system call that failed: its name and the error number that it left.
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
