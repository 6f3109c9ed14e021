import Dispatch
import Foundation

/// Receives the signals by which a user or the system asks the program to stop.
final class Signals {
    /// What is asked for.
    enum Request: Sendable {
        /// Ctrl-C: stop what is being done.
        case interrupt

        /// The system, or the terminal that went away: save and end.
        case terminate
    }

    private let sources: [any DispatchSourceSignal]

    /// Begins to receive the signals instead of being ended by them.
    init(_ receive: @escaping @Sendable (Request) -> Void) {
        let queue = DispatchQueue(label: "convo.signals")
        var sources: [any DispatchSourceSignal] = []
        for (number, request) in [(SIGINT, Request.interrupt), (SIGTERM, .terminate), (SIGHUP, .terminate)] {
            let previous = signal(number, SIG_IGN)
            // Who started the program with SIGHUP ignored, as nohup does, wants it to stay so. Function pointers cannot
            // be compared in Swift; their bits can, and are all that tells SIG_IGN from others in C.
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
