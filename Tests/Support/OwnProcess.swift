#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// What a test does to its own process; meant for exit tests.
package enum OwnProcess {
    /// The signal that no process can catch.
    package static let killSignal = SIGKILL

    /// Lets the system kill this process at some moment, whatever it is doing then.
    package static func kill(afterMicroseconds time: UInt32) {
        let argument = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        argument.initialize(to: time)
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        // The thread ends with the process, and so does its argument.
        pthread_create(
            &thread,
            nil,
            { argument in
                usleep(argument?.load(as: UInt32.self) ?? 0)
                return UnsafeMutableRawPointer(bitPattern: Int(raiseKill()))
            },
            argument
        )
    }

    /// Limits the size to which this process can make a file grow; writing beyond fails as on a full disk.
    package static func limitFileSize(to size: UInt) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
        let resource = RLIMIT_FSIZE
        #endif
        getrlimit(resource, &limit)
        limit.rlim_cur = rlim_t(size)
        setrlimit(resource, &limit)
    }
}

/// `raise` would end only the thread on some systems.
private func raiseKill() -> CInt { kill(getpid(), SIGKILL) }
