import Dispatch
import Foundation

/// Receives the signals with which the user or the system asks the program to stop.
final class Signals {
    /// A request to stop.
    enum Request: Sendable {
        /// Stop the current turn: Ctrl-C.
        case interrupt

        /// Save and quit: the system asked for it, or the terminal was closed.
        case terminate
    }

    private let sources: [any DispatchSourceSignal]

    /// Starts to receive the signals, which then no longer kill the process.
    init(_ receive: @escaping @Sendable (Request) -> Void) {
        let queue = DispatchQueue(label: "convo.signals")
        var sources: [any DispatchSourceSignal] = []
        for (number, request) in [(SIGINT, Request.interrupt), (SIGTERM, .terminate), (SIGHUP, .terminate)] {
            let previous = signal(number, SIG_IGN)
            // Keep ignoring SIGHUP if the parent process ignored it, as nohup does. Swift cannot compare function
            // pointers, but it can compare their bits, which is how C compares SIG_IGN.
            if number == SIGHUP, unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                continue
            }
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { receive(request) }
            source.resume()
            sources.append(source)
        }
        self.sources = sources
    }

    deinit { for source in sources { source.cancel() } }
}
