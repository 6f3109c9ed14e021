// The only file of this module that imports the C library: all platform differences are here.
#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// The system calls of the platform.
package struct RealSystemCalls: SystemCalls {
    /// Creates the value, which has no state.
    package init() {}

    package func open(
        _ path: String,
        in directory: CInt?,
        for purpose: OpenPurpose
    ) throws(SystemCallFailure) -> CInt {
        let flags: CInt =
            switch purpose {
            case .directory: O_RDONLY | O_DIRECTORY
            case .subdirectory: O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            case .reading: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
            case .updating: O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
            case .creating: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            case .locking(let exclusive, let create):
                (exclusive ? O_RDWR : O_RDONLY) | (create ? O_CREAT : 0) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
            }
        return try checked("openat", openat(directory ?? AT_FDCWD, path, flags | O_CLOEXEC, 0o600))
    }

    package func closeDescriptor(_ descriptor: CInt) throws(SystemCallFailure) {
        try checked("close", close(descriptor))
    }

    package func status(of descriptor: CInt) throws(SystemCallFailure) -> FileStatus {
        var raw = stat()
        try checked("fstat", fstat(descriptor, &raw))
        return FileStatus(raw)
    }

    package func status(ofName name: String, in directory: CInt) throws(SystemCallFailure) -> FileStatus {
        var raw = stat()
        try checked("fstatat", fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW))
        return FileStatus(raw)
    }

    package func read(
        _ descriptor: CInt,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int {
        try checked("pread", pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)))
    }

    package func write(
        _ descriptor: CInt,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int {
        try checked("pwrite", pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)))
    }

    package func truncate(_ descriptor: CInt, to size: Int64) throws(SystemCallFailure) {
        try checked("ftruncate", ftruncate(descriptor, off_t(size)))
    }

    package func setMode(_ mode: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        try checked("fchmod", fchmod(descriptor, mode_t(truncatingIfNeeded: mode)))
    }

    package func setOwner(_ owner: UInt32, group: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        try checked("fchown", fchown(descriptor, owner, group))
    }

    package func synchronize(_ descriptor: CInt, _ scope: SyncScope) throws(SystemCallFailure) {
        #if canImport(Darwin)
        // On Darwin, `fsync` may leave the data in the drive's cache, and no lighter call avoids that.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        let full = SystemCallFailure(call: "fcntl(F_FULLFSYNC)", errno: errno)
        // Fall back only if the file system does not support the request: after a real failure, `fsync` could falsely
        // succeed.
        guard [ENOTSUP, EOPNOTSUPP, EINVAL, ENOTTY].contains(full.errno) else { throw full }
        try checked("fsync", fsync(descriptor))
        #else
        switch scope {
        case .content: try checked("fdatasync", fdatasync(descriptor))
        case .everything: try checked("fsync", fsync(descriptor))
        }
        #endif
    }

    package func rename(
        _ name: String,
        in directory: CInt,
        to newName: String,
        in newDirectory: CInt
    ) throws(SystemCallFailure) {
        try checked("renameat", renameat(directory, name, newDirectory, newName))
    }

    package func link(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure) {
        try checked("linkat", linkat(directory, name, directory, newName, 0))
    }

    package func makeDirectory(_ path: String, in directory: CInt?) throws(SystemCallFailure) {
        try checked("mkdirat", mkdirat(directory ?? AT_FDCWD, path, 0o700))
    }

    package func removeDirectory(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        try checked("unlinkat", unlinkat(directory, name, AT_REMOVEDIR))
    }

    package func unlink(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        try checked("unlinkat", unlinkat(directory, name, 0))
    }

    package func readLink(_ name: String, in directory: CInt) throws(SystemCallFailure) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try checked("readlinkat", readlinkat(directory, name, &buffer, buffer.count))
        // A full buffer may hold a truncated target, which would name another file.
        guard count < buffer.count else { throw SystemCallFailure(call: "readlinkat", errno: ENAMETOOLONG) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    package func lock(_ descriptor: CInt, _ operation: LockOperation) throws(SystemCallFailure) {
        let request =
            switch operation {
            case .shared: LOCK_SH | LOCK_NB
            case .exclusive: LOCK_EX | LOCK_NB
            case .unlock: LOCK_UN
            }
        try checked("flock", flock(descriptor, request))
    }

    package func names(in directory: CInt) throws(SystemCallFailure) -> [String] {
        // Open a separate descriptor: the stream takes ownership of it, and must not share the caller's position.
        let descriptor = try open(".", in: directory, for: .directory)
        guard let stream = fdopendir(descriptor) else {
            let failure = SystemCallFailure(call: "fdopendir", errno: errno)
            close(descriptor)
            throw failure
        }
        defer { closedir(stream) }
        guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                // Only the error number distinguishes a failure from the end of the directory.
                guard errno == 0 else { throw SystemCallFailure(call: "readdir", errno: errno) }
                return names
            }
            // Read the name in place: the record may be shorter than the declared type, so it must not be copied as a
            // whole.
            let bytes = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            guard let name = String(validatingCString: bytes), name != ".", name != ".." else { continue }
            names.append(name)
        }
    }

    package func currentSeconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec)
    }

    package func pause(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: time_t(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// Returns the result of a call, or throws the failure in `errno` if the result is -1.
    @discardableResult
    private func checked<Result: SignedInteger>(
        _ call: String,
        _ result: @autoclosure () -> Result
    ) throws(SystemCallFailure) -> Result {
        let value = result()
        guard value >= 0 else { throw SystemCallFailure(call: call, errno: errno) }
        return value
    }
}

extension FileStatus {
    /// Creates a status from the C library's.
    fileprivate init(_ raw: stat) {
        #if canImport(Darwin)
        let modified = raw.st_mtimespec
        #else
        let modified = raw.st_mtim
        #endif
        let kind: Kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        self.init(
            kind: kind,
            identity: FileIdentity(
                device: UInt64(truncatingIfNeeded: raw.st_dev),
                inode: UInt64(raw.st_ino),
                size: Int64(raw.st_size),
                modifiedSeconds: Int64(modified.tv_sec),
                modifiedNanoseconds: Int64(modified.tv_nsec),
                mode: UInt32(raw.st_mode) & 0o7777,
                linkCount: UInt64(truncatingIfNeeded: raw.st_nlink)
            ),
            owner: raw.st_uid,
            group: raw.st_gid
        )
    }
}

/// The error numbers that code above the C library distinguishes, under names that need no import of it.
package enum ErrorNumber {
    /// A signal interrupted the call.
    package static let interrupted = EINTR
    /// The name does not exist.
    package static let noSuchFile = ENOENT
    /// The name is taken.
    package static let fileExists = EEXIST
    /// A component of the path is not a directory.
    package static let notDirectory = ENOTDIR
    /// The file is a directory.
    package static let isDirectory = EISDIR
    /// The path has too many symbolic links, or one where none is allowed.
    package static let tooManyLinks = ELOOP
    /// The name or the path is too long.
    package static let nameTooLong = ENAMETOOLONG
    /// The file is a FIFO without a reader, or a socket.
    package static let noSuchDevice = ENXIO
    /// The lock is held elsewhere.
    package static let wouldBlock = EWOULDBLOCK
    /// The argument is invalid for the file.
    package static let invalidArgument = EINVAL
    /// The file system does not support the operation.
    package static let notSupported: Set<CInt> = [ENOTSUP, EOPNOTSUPP]
    /// The file system does not allow the file another name, or not this one.
    package static let noLinks: Set<CInt> = [EPERM, EACCES, ENOSYS, ENOTSUP, EOPNOTSUPP, EMLINK]
    /// The device reported an error.
    package static let inputOutput = EIO
    /// The device or the user's quota is full, or the file would be too large.
    package static let noSpace: Set<CInt> = [ENOSPC, EDQUOT, EFBIG]
    /// The permissions or a read-only mount forbid the operation.
    package static let permissionDenied: Set<CInt> = [EACCES, EPERM, EROFS]
    /// Returns the system's text for an error number.
    static func text(_ number: CInt) -> String {
        // `strerror` may return null for unknown numbers.
        strerror(number).map { String(cString: $0) } ?? "unknown error"
    }
}
