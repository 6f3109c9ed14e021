#if SQLite
import CConversationHistorySQLite
import ConversationHistory

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of all databases of this process, whose calls go wrong where a test asks for it.
///
/// It is for a process of its own: it stays in the way of every connection that is opened afterwards.
enum FaultyFiles {
    /// What goes wrong with a call.
    enum Fault {
        /// It does nothing and fails: a write as if there was no room, or as anything may fail.
        case noSpace, inputOutput

        /// The process dies just before the call: nothing more is written.
        case stop
    }

    private struct State {
        var callCount = 0
        var plan: (call: Int, fault: Fault)?
        var isStopped = false
    }

    private static let state = Lock(State())

    /// Where, in the memory of a file, the system's own file begins.
    fileprivate static let offset = MemoryLayout<sqlite3_file>.stride

    /// Lets one of the calls that change files, counted from now, go wrong.
    static func begin(_ fault: Fault, atCall number: Int) { state.withLock { $0 = State(plan: (number, fault)) } }

    /// Lets all calls succeed again.
    ///
    /// - Returns: How many calls there were meanwhile.
    @discardableResult
    static func end() -> Int {
        state.withLock { state in
            defer { state = State() }
            return state.callCount
        }
    }

    /// Returns what a call fails with; `nil` if it is to be made.
    fileprivate static func enter(_ failure: Int32, isWrite: Bool = false) -> Int32? {
        state.withLock { state -> Int32? in
            if state.isStopped {
                errno = EIO
                return failure
            }
            state.callCount += 1
            guard let plan = state.plan, plan.call == state.callCount else { return nil }
            state.isStopped = plan.fault == .stop
            errno = plan.fault == .noSpace ? ENOSPC : EIO
            // The system's own files report it so for writes, and leave it to the error number for all others.
            return plan.fault == .noSpace && isWrite ? SQLITE_FULL : failure
        }
    }

    /// Puts itself between SQLite and the system's files.
    static func install() {
        guard let system = sqlite3_vfs_find(nil) else { fatalError("There are no files.") }
        // Both are needed for as long as the process.
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        var copy = system.pointee
        copy.pNext = nil
        copy.zName = UnsafePointer(strdup("faulty"))
        copy.szOsFile += Int32(offset)
        copy.xOpen = { _, name, file, flags, outFlags in
            guard let file, let system = sqlite3_vfs_find("unix") else { return SQLITE_CANTOPEN }
            file.pointee.pMethods = nil
            if flags & SQLITE_OPEN_CREATE != 0, let failure = FaultyFiles.enter(SQLITE_CANTOPEN) { return failure }
            let result = system.pointee.xOpen(system, name, file.inner, flags, outFlags)
            if file.inner.pointee.pMethods != nil { file.pointee.pMethods = UnsafePointer(FaultyFiles.methods) }
            return result
        }
        copy.xDelete = { _, name, synchronizes in
            if let failure = FaultyFiles.enter(SQLITE_IOERR | (10 << 8)) { return failure }
            guard let system = sqlite3_vfs_find("unix") else { return SQLITE_IOERR }
            return system.pointee.xDelete(system, name, synchronizes)
        }
        vfs.initialize(to: copy)
        guard sqlite3_vfs_register(vfs, 1) == SQLITE_OK else { fatalError("The files cannot be put in place.") }
    }

    /// Nothing changes it once it is made.
    nonisolated(unsafe) fileprivate static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(
            to: sqlite3_io_methods(
                // Without the part that maps files into memory, whose writes nobody would see.
                iVersion: 2,
                xClose: { $0!.system.xClose($0!.inner) },
                xRead: { $0!.system.xRead($0!.inner, $1, $2, $3) },
                xWrite: { file, bytes, count, place in
                    FaultyFiles.enter(SQLITE_IOERR | (3 << 8), isWrite: true)
                        ?? file!.system.xWrite(file!.inner, bytes, count, place)
                },
                xTruncate: { file, size in
                    FaultyFiles.enter(SQLITE_IOERR | (6 << 8)) ?? file!.system.xTruncate(file!.inner, size)
                },
                xSync: { file, flags in
                    FaultyFiles.enter(SQLITE_IOERR | (4 << 8)) ?? file!.system.xSync(file!.inner, flags)
                },
                xFileSize: { $0!.system.xFileSize($0!.inner, $1) },
                xLock: { $0!.system.xLock($0!.inner, $1) },
                xUnlock: { $0!.system.xUnlock($0!.inner, $1) },
                xCheckReservedLock: { $0!.system.xCheckReservedLock($0!.inner, $1) },
                xFileControl: { $0!.system.xFileControl($0!.inner, $1, $2) },
                xSectorSize: { $0!.system.xSectorSize($0!.inner) },
                xDeviceCharacteristics: { $0!.system.xDeviceCharacteristics($0!.inner) },
                xShmMap: { $0!.system.xShmMap($0!.inner, $1, $2, $3, $4) },
                xShmLock: { $0!.system.xShmLock($0!.inner, $1, $2, $3) },
                xShmBarrier: { $0!.system.xShmBarrier($0!.inner) },
                xShmUnmap: { $0!.system.xShmUnmap($0!.inner, $1) },
                xFetch: nil,
                xUnfetch: nil
            )
        )
        return methods
    }()
}

extension UnsafeMutablePointer<sqlite3_file> {
    /// The system's own file, which lies behind this one.
    fileprivate var inner: UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(self) + FaultyFiles.offset).assumingMemoryBound(to: sqlite3_file.self)
    }

    /// What the system's own file does; it has these for as long as it is open.
    fileprivate var system: sqlite3_io_methods { inner.pointee.pMethods.pointee }
}
#endif
