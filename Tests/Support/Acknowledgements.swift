#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Where a process that is about to be killed tells what it was told to be safe: one byte for each time.
package struct Acknowledgements: Sendable {
    private let path: String

    /// Takes a file, which need not be there yet.
    package init(path: String) { self.path = path }

    /// How often something was acknowledged.
    package var count: Int { TemporaryDirectory.content(of: path)?.count ?? 0 }

    /// Acknowledges once more; it outlives the process, at whatever moment that is killed.
    package func add() {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot open \(path): \(errno)") }
        defer { close(descriptor) }
        let byte: [UInt8] = [UInt8(ascii: ".")]
        guard write(descriptor, byte, 1) == 1 else { fatalError("cannot write \(path): \(errno)") }
    }

    /// Waits until something was acknowledged so often, for ten minutes at most: the one who does so may be kept waiting
    /// by all other tests.
    ///
    /// - Returns: Whether it was.
    package func wait(for count: Int) async -> Bool {
        let limit = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < limit {
            if self.count >= count { return true }
            // Only a cancelled test is not to wait.
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return false }
        }
        return false
    }
}
