#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A directory of a test's own, removed with all that is in it when the value goes.
///
/// Its methods stop the test run when they fail: they prepare a test, they are not what it is about.
package final class TemporaryDirectory: Sendable {
    /// The absolute path.
    package let path: String

    /// Creates the directory under the system's place for temporary files.
    package init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/conversation-history-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil, let path = String(validating: template.dropLast(), as: UTF8.self) else {
            fatalError("cannot create a temporary directory in \(parent): \(errno)")
        }
        self.path = path
    }

    deinit { Self.remove(path) }

    /// Whether this process is not subject to file permissions.
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

    /// Lets a file end at a size; what is added holds zeros and takes no room.
    package func setSize(_ name: String, to size: Int) { check(truncate(path(name), off_t(size)), "truncate") }

    /// Returns the size of a file in bytes.
    package func size(_ name: String) -> Int {
        var status = stat()
        check(lstat(path(name), &status), "lstat")
        return Int(status.st_size)
    }

    /// Returns the content of a file, or `nil` if there is none.
    package func read(_ name: String) -> [UInt8]? { Self.content(of: path(name)) }

    /// Returns the content of a file anywhere, or `nil` if there is none.
    package static func content(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { fatalError("fstat failed for \(path): \(errno)") }
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let step = pread(descriptor, buffer.baseAddress! + count, buffer.count - count, off_t(count))
                guard step >= 0 else { fatalError("pread failed for \(path): \(errno)") }
                guard step > 0 else { return }
                count += step
            }
        }
    }

    /// Returns the permission bits of what stands under a name, or `nil` if nothing does; links are not followed.
    package func mode(_ name: String) -> UInt32? {
        var status = stat()
        guard lstat(path(name), &status) == 0 else { return nil }
        return UInt32(status.st_mode) & 0o7777
    }

    /// Whether a symbolic link stands under a name.
    package func isSymbolicLink(_ name: String) -> Bool {
        var status = stat()
        return lstat(path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Returns all the names in the directory, sorted.
    package func names() -> [String] { Self.names(path).sorted() }

    /// Removes a file.
    package func remove(_ name: String) { check(unlink(path(name)), "unlink") }

    /// Creates a directory.
    package func makeDirectory(_ name: String) { check(mkdir(path(name), 0o700), "mkdir") }

    /// Removes an empty directory.
    package func removeDirectory(_ name: String) { check(rmdir(path(name)), "rmdir") }

    /// Gives a file or a directory another name.
    package func move(_ name: String, to newName: String) { check(rename(path(name), path(newName)), "rename") }

    /// Sets the permission bits of what stands under a name.
    package func setMode(_ name: String, _ mode: UInt32) {
        check(chmod(path(name), mode_t(truncatingIfNeeded: mode)), "chmod")
    }

    /// Creates a symbolic link.
    package func makeLink(_ name: String, to target: String) { check(symlink(target, path(name)), "symlink") }

    /// Gives a file a second name.
    package func makeHardLink(_ name: String, to target: String) { check(link(path(target), path(name)), "link") }

    /// Creates a FIFO.
    package func makeFIFO(_ name: String) { check(mkfifo(path(name), 0o600), "mkfifo") }

    /// Dates a file back.
    package func setModified(_ name: String, secondsAgo: Int64) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        now.tv_sec -= time_t(secondsAgo)
        check(utimensat(AT_FDCWD, path(name), [now, now], 0), "utimensat")
    }

    /// Gives a file to a user and a group; only a privileged process can.
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
