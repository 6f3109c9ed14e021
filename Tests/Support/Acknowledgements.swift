#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// A file in which a process that will be killed records acknowledged writes, one byte for each.
package struct Acknowledgements: Sendable {
    private let path: String

    /// Uses a file, which may be missing at first.
    package init(path: String) { self.path = path }

    /// The number of acknowledgments.
    package var count: Int { TemporaryDirectory.content(of: path)?.count ?? 0 }

    /// Records one more acknowledgment, which survives the process whenever it is killed.
    package func add() {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open \(path): \(errno)") }
        defer { close(descriptor) }
        let byte: [UInt8] = [UInt8(ascii: ".")]
        guard write(descriptor, byte, 1) == 1 else { fatalError("cannot write \(path): \(errno)") }
    }

    /// Waits until a number of acknowledgments is recorded.
    ///
    /// The limit is ten minutes, because all other tests together may delay the writing process.
    ///
    /// - Returns: Whether the number was reached.
    package func wait(for count: Int) async -> Bool {
        let limit = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < limit {
            if self.count >= count { return true }
            // The sleep fails only in a cancelled test, which should stop waiting.
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return false }
        }
        return false
    }
}
