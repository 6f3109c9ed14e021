#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A process that stands still with all that it holds, until the one that has started it ends it.
package struct StoppedProcess: Sendable {
    private let path: String

    /// Takes a file in which the process tells who it is.
    package init(path: String) { self.path = path }

    /// Lets this process stand still.
    package func stop() {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open \(path): \(errno)") }
        let text = Array("\(OwnProcess.identifier)\n".utf8)
        guard write(descriptor, text, text.count) == text.count else { fatalError("cannot write \(path): \(errno)") }
        close(descriptor)
        OwnProcess.stop()
    }

    /// Waits until the process stands still, or is about to; for ten minutes at most.
    ///
    /// - Returns: Whether there is one.
    package func wait() async -> Bool {
        let limit = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < limit {
            if identifier != nil { return true }
            // Only a cancelled test is not to wait.
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return false }
        }
        return false
    }

    /// Ends the process.
    package func end() { if let identifier { OwnProcess.killChild(identifier) } }

    private var identifier: Int32? {
        guard let text = TemporaryDirectory.content(of: path), text.last == UInt8(ascii: "\n") else { return nil }
        return Int32(String(decoding: text.dropLast(), as: UTF8.self))
    }
}
