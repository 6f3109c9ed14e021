package import DurableFiles
import Foundation

/// System calls that simulate a file system with coarse dates and reused inode numbers.
///
/// All regular files have the same inode number, and their modification dates are multiples of a tick in whole seconds.
package final class CoarseSystemCalls: SystemCalls {
    private let base: any SystemCalls

    private let tick: Int64

    /// Creates system calls that forward to others.
    ///
    /// - Parameter tick: The tick in seconds.
    package init(tick: Int64 = 1000, base: any SystemCalls = RealSystemCalls()) {
        self.tick = tick
        self.base = base
    }

    private func coarse(_ status: FileStatus) -> FileStatus {
        guard status.kind == .regular else { return status }
        var status = status
        status.identity.inode = 7
        status.identity.modifiedSeconds -= status.identity.modifiedSeconds % tick
        status.identity.modifiedNanoseconds = 0
        return status
    }

    package func status(of descriptor: CInt) throws(SystemCallFailure) -> FileStatus {
        coarse(try base.status(of: descriptor))
    }

    package func status(ofName name: String, in directory: CInt) throws(SystemCallFailure) -> FileStatus {
        coarse(try base.status(ofName: name, in: directory))
    }

    package func open(
        _ path: String,
        in directory: CInt?,
        for purpose: OpenPurpose
    ) throws(SystemCallFailure) -> CInt { try base.open(path, in: directory, for: purpose) }

    package func closeDescriptor(_ descriptor: CInt) throws(SystemCallFailure) {
        try base.closeDescriptor(descriptor)
    }

    package func read(
        _ descriptor: CInt,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int { try base.read(descriptor, into: buffer, at: offset) }

    package func write(
        _ descriptor: CInt,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int { try base.write(descriptor, bytes, at: offset) }

    package func truncate(_ descriptor: CInt, to size: Int64) throws(SystemCallFailure) {
        try base.truncate(descriptor, to: size)
    }

    package func setMode(_ mode: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        try base.setMode(mode, of: descriptor)
    }

    package func setOwner(_ owner: UInt32, group: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        try base.setOwner(owner, group: group, of: descriptor)
    }

    package func synchronize(_ descriptor: CInt, _ scope: SyncScope) throws(SystemCallFailure) {
        try base.synchronize(descriptor, scope)
    }

    package func rename(
        _ name: String,
        in directory: CInt,
        to newName: String,
        in newDirectory: CInt
    ) throws(SystemCallFailure) { try base.rename(name, in: directory, to: newName, in: newDirectory) }

    package func link(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure) {
        try base.link(name, to: newName, in: directory)
    }

    package func makeDirectory(_ path: String, in directory: CInt?) throws(SystemCallFailure) {
        try base.makeDirectory(path, in: directory)
    }

    package func removeDirectory(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        try base.removeDirectory(name, in: directory)
    }

    package func unlink(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        try base.unlink(name, in: directory)
    }

    package func readLink(_ name: String, in directory: CInt) throws(SystemCallFailure) -> [UInt8] {
        try base.readLink(name, in: directory)
    }

    package func lock(_ descriptor: CInt, _ operation: LockOperation) throws(SystemCallFailure) {
        try base.lock(descriptor, operation)
    }

    package func names(in directory: CInt) throws(SystemCallFailure) -> [String] { try base.names(in: directory) }

    package func currentSeconds() -> Int64 { base.currentSeconds() }

    package func pause(for duration: Duration) { base.pause(for: duration) }
}

/// A mounted file system with dates in whole seconds: ext4 with small inodes, in a temporary image file.
package final class CoarseDisk: Sendable {
    /// The reason for skipping a test where such a file system is unavailable.
    package static let reason = "Only a privileged process on Linux with mkfs.ext4 and a loop device may mount one."

    /// Whether this process can mount such a file system.
    package static let isAvailable = CoarseDisk() != nil

    private let directory = TemporaryDirectory()

    /// The absolute path of the mount point.
    package var path: String { directory.path("disk") }

    /// Mounts a file system, or returns `nil` if this process cannot.
    package init?() {
        directory.makeDirectory("disk")
        directory.write("image", [UInt8](repeating: 0, count: 4 << 20))
        guard Self.run("mkfs.ext4", "-q", "-I", "128", directory.path("image")),
            Self.run("mount", "-o", "loop", directory.path("image"), directory.path("disk"))
        else { return nil }
    }

    deinit {
        // A lazy unmount: files that are still open stay valid until they are closed.
        _ = Self.run("umount", "-l", path)
    }

    private static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        // A missing program means that the file system is unavailable, which is the answer that the caller wants.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
