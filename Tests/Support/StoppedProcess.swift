#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A suspended process, which keeps everything that it holds until its parent kills it.
package struct StoppedProcess: Sendable {
    private let path: String

    /// Uses a file in which the process records its id.
    package init(path: String) { self.path = path }

    /// Records the id of this process and suspends it.
    package func stop() {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open \(path): \(errno)") }
        let text = Array("\(OwnProcess.identifier)\n".utf8)
        guard write(descriptor, text, text.count) == text.count else { fatalError("cannot write \(path): \(errno)") }
        close(descriptor)
        OwnProcess.stop()
    }

    /// Waits, for at most ten minutes, until the process is suspended or about to be.
    ///
    /// - Returns: Whether the process reported its id.
    package func wait() async -> Bool {
        let limit = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < limit {
            if identifier != nil { return true }
            // The sleep fails only in a cancelled test, which should stop waiting.
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return false }
        }
        return false
    }

    /// Kills the process.
    package func end() { if let identifier { OwnProcess.killChild(identifier) } }

    private var identifier: Int32? {
        guard let text = TemporaryDirectory.content(of: path), text.last == UInt8(ascii: "\n") else { return nil }
        return Int32(String(decoding: text.dropLast(), as: UTF8.self))
    }
}
