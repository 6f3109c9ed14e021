import Foundation
import Synchronization

/// Standard output and standard error.
///
/// What the user asked for goes to standard output, and what is said about it to standard error, so that a pipe gets
/// answers and nothing else. A write that fails is remembered and not thrown: nothing may keep a save from happening.
final class Terminal: Sendable {
    /// Whether standard output can no longer be written.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether a person sits at both ends, who is to be shown a prompt.
    let isInteractive: Bool

    private struct State {
        var isClosed = false
        /// Whether the last line on standard output has been ended.
        var isAtLineStart = true
    }

    private let state = Mutex(State())
    private let isOutputTerminal: Bool
    private let isErrorTerminal: Bool
    private let hasColours: Bool

    init() {
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        isInteractive = isOutputTerminal && isatty(STDIN_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        hasColours = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// Writes a text as it is to standard output.
    func write(_ text: String) {
        guard !text.isEmpty else { return }
        let isWritten = Self.write(isOutputTerminal ? text.withoutControls : text, to: STDOUT_FILENO)
        state.withLock { state in
            state.isAtLineStart = text.hasSuffix("\n")
            if !isWritten { state.isClosed = true }
        }
    }

    /// Ends the line on standard output if one has been begun.
    func endLine() {
        if !state.withLock({ $0.isAtLineStart }) { write("\n") }
    }

    /// Shows the prompt, to a person only.
    func prompt() {
        guard isInteractive else { return }
        _ = Self.write(hasColours ? "\u{1B}[1m>\u{1B}[0m " : "> ", to: STDOUT_FILENO)
    }

    /// Says something about what happens, on standard error.
    func notice(_ text: String) { say(text, colour: "2") }

    /// Says what went wrong, on standard error.
    func error(_ text: String) { say("convo: " + text, colour: "31") }

    private func say(_ text: String, colour: String) {
        endLine()
        let text = isErrorTerminal ? text.withoutControls : text
        let line = isErrorTerminal && hasColours ? "\u{1B}[\(colour)m\(text)\u{1B}[0m\n" : text + "\n"
        // Where standard error is closed there is nobody left to tell.
        _ = Self.write(line, to: STDERR_FILENO)
    }

    /// Writes all of a text, and tells whether that was possible.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // Whoever shares the descriptor has made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }
}
