#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Operations on the test's own process and its children, for exit tests.
package enum OwnProcess {
    /// The signal that no process can catch.
    package static let killSignal = SIGKILL

    /// The process id of this process.
    package static var identifier: Int32 { getpid() }

    /// The peak memory of this process in bytes.
    ///
    /// On Linux, memory that the process held before it executed the current program does not count.
    package static var peakMemory: Int {
        #if canImport(Darwin)
        var usage = rusage()
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #else
        guard let file = fopen("/proc/self/status", "re") else { fatalError("cannot read the process's status") }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            if words.first == "VmHWM:", words.count > 1, let count = Int(words[1]) { return count << 10 }
        }
        fatalError("the process's status does not tell its memory")
        #endif
    }

    /// Suspends this process, with everything that it holds, until another process kills it.
    package static func stop() {
        _ = send(SIGSTOP, to: getpid())
        // Another thread may receive the signal, so this thread pauses until it takes effect.
        pause()
    }

    /// Kills a child process.
    package static func killChild(_ identifier: Int32) { _ = send(SIGKILL, to: identifier) }

    /// Kills this process after a delay, whatever it is doing at that moment.
    package static func kill(afterMicroseconds time: UInt32) {
        let argument = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        argument.initialize(to: time)
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        // The argument is never freed: the thread and its argument last until the process ends.
        pthread_create(
            &thread,
            nil,
            { argument in
                usleep(argument?.load(as: UInt32.self) ?? 0)
                return UnsafeMutableRawPointer(bitPattern: Int(send(SIGKILL, to: getpid())))
            },
            argument
        )
    }

    /// Limits the size of files that this process writes; writing beyond the limit fails as on a full disk.
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

/// Sends a signal to a process, because `raise` would signal only the thread on some systems.
private func send(_ signal: CInt, to process: pid_t) -> CInt { kill(process, signal) }
