#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// What a test does to its own process, and to those that it has started; meant for exit tests.
package enum OwnProcess {
    /// The signal that no process can catch.
    package static let killSignal = SIGKILL

    /// The number by which the system knows this process.
    package static var identifier: Int32 { getpid() }

    /// The most memory that this process has held at a time, in bytes.
    ///
    /// On Linux, what it held before it ran the present program does not count.
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

    /// Lets this process stand still, holding all that it holds, until another one ends it.
    package static func stop() {
        _ = send(SIGSTOP, to: getpid())
        // It is another thread that gets the signal; this one stands still a little later.
        pause()
    }

    /// Ends a process that this one has started.
    package static func killChild(_ identifier: Int32) { _ = send(SIGKILL, to: identifier) }

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
                return UnsafeMutableRawPointer(bitPattern: Int(send(SIGKILL, to: getpid())))
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
private func send(_ signal: CInt, to process: pid_t) -> CInt { kill(process, signal) }
