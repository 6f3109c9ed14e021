#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A temporary directory, which is removed with its content when this value is released.
///
/// Its methods stop the test run if they fail, because they prepare a test and are not its subject.
package final class TemporaryDirectory: Sendable {
    /// The absolute path.
    package let path: String

    /// Creates the directory in the system's directory for temporary files.
    package init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let path = Self.make(in: parent) else {
            fatalError("cannot create a temporary directory in \(parent): \(errno)")
        }
        self.path = path
    }

    /// Creates a directory that nobody removes and returns its path, or `nil` if that fails.
    static func make(in parent: String) -> String? {
        var template = Array((parent + "/conversation-history-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return String(validating: template.dropLast(), as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Whether this process ignores file permissions.
    package static var ignoresPermissions: Bool { geteuid() == 0 }

    /// Returns the path of a name in the directory.
    package func path(_ name: String) -> String { path + "/" + name }

    /// Creates or overwrites a file.
    package func write(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o644) {
        let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        check(descriptor, "open")
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(done))
            }
            check(count, "pwrite")
            done += count
        }
        check(fchmod(descriptor, mode_t(truncatingIfNeeded: mode)), "fchmod")
    }

    /// Truncates or extends a file; an extension contains zeros and takes no disk space.
    package func setSize(_ name: String, to size: Int) { check(truncate(path(name), off_t(size)), "truncate") }

    /// Returns the size of a file in bytes.
    package func size(_ name: String) -> Int {
        var status = stat()
        check(lstat(path(name), &status), "lstat")
        return Int(status.st_size)
    }

    /// Returns the content of a file, or `nil` if it cannot be opened.
    package func read(_ name: String) -> [UInt8]? { Self.content(of: path(name)) }

    /// Returns the content of a file at any path, or `nil` if it cannot be opened.
    package static func content(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { fatalError("fstat failed for \(path): \(errno)") }
        // `count` covers only the bytes that `pread` has filled in, also after an early return.
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let step = pread(descriptor, buffer.baseAddress! + count, buffer.count - count, off_t(count))
                guard step >= 0 else { fatalError("pread failed for \(path): \(errno)") }
                guard step > 0 else { return }
                count += step
            }
        }
    }

    /// Returns the permission bits of a directory entry, or `nil` if it is missing; links are not followed.
    package func mode(_ name: String) -> UInt32? {
        var status = stat()
        guard lstat(path(name), &status) == 0 else { return nil }
        return UInt32(status.st_mode) & 0o7777
    }

    /// Returns whether an entry of the directory is a symbolic link.
    package func isSymbolicLink(_ name: String) -> Bool {
        var status = stat()
        return lstat(path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Returns all names in the directory, sorted.
    package func names() -> [String] { Self.names(path).sorted() }

    /// Removes a file.
    package func remove(_ name: String) { check(unlink(path(name)), "unlink") }

    /// Creates a directory.
    package func makeDirectory(_ name: String) { check(mkdir(path(name), 0o700), "mkdir") }

    /// Removes an empty directory.
    package func removeDirectory(_ name: String) { check(rmdir(path(name)), "rmdir") }

    /// Renames a file or a directory.
    package func move(_ name: String, to newName: String) { check(rename(path(name), path(newName)), "rename") }

    /// Sets the permission bits of a directory entry.
    package func setMode(_ name: String, _ mode: UInt32) {
        check(chmod(path(name), mode_t(truncatingIfNeeded: mode)), "chmod")
    }

    /// Creates a symbolic link.
    package func makeLink(_ name: String, to target: String) { check(symlink(target, path(name)), "symlink") }

    /// Creates a hard link to a file.
    package func makeHardLink(_ name: String, to target: String) { check(link(path(target), path(name)), "link") }

    /// Creates a FIFO.
    package func makeFIFO(_ name: String) { check(mkfifo(path(name), 0o600), "mkfifo") }

    /// Sets the modification date of a file to a moment in the past.
    package func setModified(_ name: String, secondsAgo: Int64) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        now.tv_sec -= time_t(secondsAgo)
        check(utimensat(AT_FDCWD, path(name), [now, now], 0), "utimensat")
    }

    /// Changes the user and the group of a file; only a privileged process can do this.
    package func setOwner(_ name: String, owner: UInt32, group: UInt32) {
        check(chown(path(name), owner, group), "chown")
    }

    /// Returns the user and the group of a file.
    package func owner(_ name: String) -> (owner: UInt32, group: UInt32) {
        var status = stat()
        check(lstat(path(name), &status), "lstat")
        return (status.st_uid, status.st_gid)
    }

    private func check(_ result: some BinaryInteger, _ call: String) {
        guard result >= 0 else { fatalError("\(call) failed in \(path): \(errno)") }
    }

    private static func names(_ directory: String) -> [String] {
        guard let stream = opendir(directory), let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else {
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let bytes = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            let name = String(cString: bytes)
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in names(path) { remove(path + "/" + name) }
        rmdir(path)
    }
}
