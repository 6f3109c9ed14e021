#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A small temporary file system, which is unmounted when this value is released.
package final class SmallDisk: Sendable {
    /// The reason for skipping a test where such a file system is unavailable.
    package static let reason = "Only a privileged process on Linux may mount a small file system."

    /// Whether this process can mount such a file system.
    package static let isAvailable = SmallDisk(byteCount: 1 << 16) != nil

    private let directory = TemporaryDirectory()

    /// The absolute path of the mount point.
    package var path: String { directory.path("disk") }

    /// Mounts a file system, or returns `nil` if this process cannot.
    package init?(byteCount: Int) {
        #if canImport(Glibc) || canImport(Musl)
        directory.makeDirectory("disk")
        guard mount("tmpfs", directory.path("disk"), "tmpfs", 0, "size=\(byteCount),mode=700") == 0 else { return nil }
        #else
        return nil
        #endif
    }

    deinit {
        #if canImport(Glibc) || canImport(Musl)
        // A lazy unmount: files that are still open stay valid until they are closed.
        umount2(path, CInt(MNT_DETACH))
        umount2(directory.path("view"), CInt(MNT_DETACH))
        #endif
    }

    /// Fills the file system with one file, up to about the last byte.
    ///
    /// - Parameter spare: The number of bytes to leave free.
    package func fill(leaving spare: Int = 0) {
        let descriptor = open(path + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open the filler in \(path): \(errno)") }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        var size = 0
        while true {
            let count = pwrite(descriptor, page, page.count, off_t(size))
            guard count > 0 else { break }
            size += count
        }
        ftruncate(descriptor, off_t(max(0, size - spare)))
    }

    /// Writes a file into the root directory.
    package func write(_ name: String, _ content: [UInt8]) {
        let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open \(name) in \(path): \(errno)") }
        defer { close(descriptor) }
        guard pwrite(descriptor, content, content.count, 0) == content.count else {
            fatalError("cannot write \(name) in \(path): \(errno)")
        }
    }

    /// Mounts the file system a second time, read-only like a container volume, and returns the path of that mount.
    package func mountReadOnly() -> String {
        let view = directory.path("view")
        #if canImport(Glibc) || canImport(Musl)
        directory.makeDirectory("view")
        guard mount(path, view, nil, UInt(MS_BIND), nil) == 0,
            mount(nil, view, nil, UInt(MS_BIND) | UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0
        else { fatalError("cannot mount \(path) to be read only: \(errno)") }
        #endif
        return view
    }

    /// Removes the file that fills the file system.
    package func empty() { unlink(path + "/filler") }
}
