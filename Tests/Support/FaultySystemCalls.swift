import ConversationHistory
package import DurableFiles

/// System calls that record every call and inject faults on request.
package final class FaultySystemCalls: SystemCalls {
    /// The error number of all calls after a ``Fault/stop``; no system uses this value.
    package static let stoppedErrno: CInt = 99_999

    private struct State {
        var calls: [RecordedCall] = []
        var bytesWritten = 0
        var bytesRead = 0
        var pauses: [Duration] = []
        var isStopped = false
        var openDescriptors: Set<CInt> = []
    }

    private let base: any SystemCalls
    private let secondsAhead: Int64
    private let plan: @Sendable (RecordedCall) -> Fault?
    private let state = Lock(State())

    /// Creates system calls that forward to others.
    ///
    /// - Parameters:
    ///   - base: The system calls to forward to.
    ///   - secondsAhead: How far the reported time is ahead of the system's clock.
    ///   - plan: Returns the fault for a call. By default, there are no faults.
    package init(
        base: any SystemCalls = RealSystemCalls(),
        secondsAhead: Int64 = 0,
        plan: @escaping @Sendable (RecordedCall) -> Fault? = { _ in nil }
    ) {
        self.base = base
        self.secondsAhead = secondsAhead
        self.plan = plan
    }

    /// Creates system calls with a fault in one call.
    ///
    /// - Parameter number: The number of the call among all calls, from 1.
    package convenience init(_ fault: Fault, atCall number: Int) {
        self.init { $0.number == number ? fault : nil }
    }

    /// All recorded calls, excluding those after a stop.
    package var calls: [RecordedCall] { state.withLock { $0.calls } }

    /// The names of all recorded calls.
    package var names: [String] { calls.map(\.name) }

    /// The number of calls that flush a file or directory to stable storage.
    package var syncCount: Int { names.count { $0 == "fsync" || $0 == "fdatasync" } }

    /// The number of bytes actually written.
    package var bytesWritten: Int { state.withLock { $0.bytesWritten } }

    /// The number of bytes actually read.
    package var bytesRead: Int { state.withLock { $0.bytesRead } }

    /// The requested pauses, none of which actually happens.
    package var pauses: [Duration] { state.withLock { $0.pauses } }

    /// Whether a ``Fault/stop`` has occurred.
    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The number of open descriptors.
    package var openCount: Int { state.withLock { $0.openDescriptors.count } }

    /// Records a call, and returns whether it should be cut short.
    ///
    /// - Throws: The planned failure, if there is one.
    private func enter(
        _ name: String,
        _ path: String? = nil,
        bytes: Int = 0
    ) throws(SystemCallFailure) -> Bool {
        let fault = state.withLock { state -> Fault? in
            if state.isStopped { return .stop }
            let ordinal = state.calls.count { $0.name == name } + 1
            let call = RecordedCall(
                number: state.calls.count + 1,
                ordinal: ordinal,
                name: name,
                bytes: bytes,
                path: path
            )
            state.calls.append(call)
            let fault = plan(call)
            if fault == .stop { state.isStopped = true }
            return fault
        }
        switch fault {
        case .fail(let errno): throw SystemCallFailure(call: name, errno: errno)
        case .stop: throw SystemCallFailure(call: name, errno: Self.stoppedErrno)
        case .short: return true
        case nil: return false
        }
    }

    // MARK: SystemCalls

    package func open(
        _ path: String,
        in directory: CInt?,
        for purpose: OpenPurpose
    ) throws(SystemCallFailure) -> CInt {
        _ = try enter("openat", path)
        let descriptor = try base.open(path, in: directory, for: purpose)
        state.withLock { _ = $0.openDescriptors.insert(descriptor) }
        return descriptor
    }

    package func closeDescriptor(_ descriptor: CInt) throws(SystemCallFailure) {
        // The removal comes before the close, because another thread may get the same number right after it.
        let wasOpen = state.withLock { $0.openDescriptors.remove(descriptor) != nil }
        precondition(wasOpen, "a descriptor was closed twice")
        do throws(SystemCallFailure) {
            _ = try enter("close")
        } catch {
            // A failing `close` still closes, and so does the death of a process. The planned error is the one to
            // report.
            try? base.closeDescriptor(descriptor)
            throw error
        }
        try base.closeDescriptor(descriptor)
    }

    package func status(of descriptor: CInt) throws(SystemCallFailure) -> FileStatus {
        _ = try enter("fstat")
        return try base.status(of: descriptor)
    }

    package func status(ofName name: String, in directory: CInt) throws(SystemCallFailure) -> FileStatus {
        _ = try enter("fstatat", name)
        return try base.status(ofName: name, in: directory)
    }

    package func read(
        _ descriptor: CInt,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int {
        let isShort = try enter("pread", bytes: buffer.count)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(isShort ? half(buffer.count) : buffer.count))
        let count = try base.read(descriptor, into: part, at: offset)
        state.withLock { $0.bytesRead += count }
        return count
    }

    package func write(
        _ descriptor: CInt,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int {
        let isShort = try enter("pwrite", bytes: bytes.count)
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(isShort ? half(bytes.count) : bytes.count))
        let count = try base.write(descriptor, part, at: offset)
        state.withLock { $0.bytesWritten += count }
        return count
    }

    private func half(_ count: Int) -> Int { max(1, count / 2) }

    package func truncate(_ descriptor: CInt, to size: Int64) throws(SystemCallFailure) {
        _ = try enter("ftruncate")
        try base.truncate(descriptor, to: size)
    }

    package func setMode(_ mode: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        _ = try enter("fchmod")
        try base.setMode(mode, of: descriptor)
    }

    package func setOwner(_ owner: UInt32, group: UInt32, of descriptor: CInt) throws(SystemCallFailure) {
        _ = try enter("fchown")
        try base.setOwner(owner, group: group, of: descriptor)
    }

    package func synchronize(_ descriptor: CInt, _ scope: SyncScope) throws(SystemCallFailure) {
        _ = try enter(scope == .content ? "fdatasync" : "fsync")
        try base.synchronize(descriptor, scope)
    }

    package func rename(
        _ name: String,
        in directory: CInt,
        to newName: String,
        in newDirectory: CInt
    ) throws(SystemCallFailure) {
        _ = try enter("renameat", name)
        try base.rename(name, in: directory, to: newName, in: newDirectory)
    }

    package func link(_ name: String, to newName: String, in directory: CInt) throws(SystemCallFailure) {
        _ = try enter("linkat", name)
        try base.link(name, to: newName, in: directory)
    }

    package func makeDirectory(_ path: String, in directory: CInt?) throws(SystemCallFailure) {
        _ = try enter("mkdirat", path)
        try base.makeDirectory(path, in: directory)
    }

    package func removeDirectory(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        _ = try enter("unlinkat", name)
        try base.removeDirectory(name, in: directory)
    }

    package func unlink(_ name: String, in directory: CInt) throws(SystemCallFailure) {
        _ = try enter("unlinkat", name)
        try base.unlink(name, in: directory)
    }

    package func readLink(_ name: String, in directory: CInt) throws(SystemCallFailure) -> [UInt8] {
        _ = try enter("readlinkat", name)
        return try base.readLink(name, in: directory)
    }

    package func lock(_ descriptor: CInt, _ operation: LockOperation) throws(SystemCallFailure) {
        _ = try enter("flock")
        try base.lock(descriptor, operation)
    }

    package func names(in directory: CInt) throws(SystemCallFailure) -> [String] {
        _ = try enter("readdir")
        return try base.names(in: directory)
    }

    package func currentSeconds() -> Int64 { base.currentSeconds() + secondsAhead }

    package func pause(for duration: Duration) {
        state.withLock { $0.pauses.append(duration) }
    }
}
