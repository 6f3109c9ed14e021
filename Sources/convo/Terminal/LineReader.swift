import ConversationHistory
import Dispatch
import Foundation

/// Reads standard input line by line, on request.
///
/// Reads block, so they run on a separate queue.
final class LineReader: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        /// The length of the beginning of the buffer that contains no newline.
        var searched = 0
        var hasEnded = false
    }

    private let descriptor: Int32
    private let state = Lock(State())
    private let queue = DispatchQueue(label: "convo.input")

    init(descriptor: Int32 = STDIN_FILENO) { self.descriptor = descriptor }

    /// Reads a line and passes it on without its newline; passes `nil` at the end of the input.
    func readLine(_ completion: @escaping @Sendable (String?) -> Void) {
        queue.async { completion(self.next()) }
    }

    private func next() -> String? {
        state.withLock { state in
            while true {
                if let end = state.buffer[state.searched...].firstIndex(of: UInt8(ascii: "\n")) {
                    let line = Self.text(state.buffer[..<end])
                    state.buffer.removeFirst(end + 1)
                    state.searched = 0
                    return line
                }
                state.searched = state.buffer.count
                if state.hasEnded {
                    guard !state.buffer.isEmpty else { return nil }
                    defer { state = State(hasEnded: true) }
                    return Self.text(state.buffer[...])
                }
                fill(&state)
            }
        }
    }

    private func fill(_ state: inout State) {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            state.buffer += chunk[..<count]
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            state.hasEnded = true
        } else if errno == EAGAIN {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, -1)
        }
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        // Invalid UTF-8 becomes U+FFFD, which is good enough for a prompt.
        String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
}
