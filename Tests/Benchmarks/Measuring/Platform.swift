#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ends the process.
func exitProcess(_ status: Int32) -> Never { exit(status) }

/// Prints a line that is not part of the output.
func printToStandardError(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    // Were it lost, nothing that is measured would be another.
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

/// The most memory that this process has ever had, in bytes.
func peakMemory() -> Int {
    #if canImport(Darwin)
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
    #else
    // `getrusage` would begin with what the parent had when it made this process.
    return highWaterMark() ?? 0
    #endif
}

private func highWaterMark() -> Int? {
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, CInt(line.count), file) != nil {
        let text = line.withUnsafeBufferPointer {
            String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        }
        guard text.hasPrefix("VmHWM:") else { continue }
        return text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
}
