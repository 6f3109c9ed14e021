import ConversationHistory
import Foundation

/// Standard output and standard error.
///
/// Results go to standard output and notices to standard error, so that a pipe gets only the results. A failed write is
/// stored instead of thrown, and disables further output: the reader must not decide what a command does or reports.
/// ``Convo`` takes the failure into account for the exit code.
final class Terminal: Sendable {
    /// Whether a write to standard output has failed.
    var isClosed: Bool { failure != nil }

    /// The error of the failed write to standard output, if there is one.
    var failure: OutputError? { state.withLock { $0.failure } }

    /// Whether both standard input and standard output are terminals, so that the user gets a prompt.
    let isInteractive: Bool

    private struct State {
        /// The error of the failed write to standard output.
        var failure: OutputError?
        /// Whether standard output is at the start of a line.
        var isAtLineStart = true
        /// Whether the last line on standard error shows progress, which the next line overwrites.
        var showsProgress = false
        var lastProgress: ContinuousClock.Instant?
    }

    /// The number of columns of standard output; `nil` if it is not a terminal.
    var width: Int? {
        guard isOutputTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private let state = Lock(State())
    private let isOutputTerminal: Bool
    private let isErrorTerminal: Bool
    private let hasColors: Bool

    init() {
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        isInteractive = isOutputTerminal && isatty(STDIN_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        hasColors = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    /// Writes a text to standard output.
    func write(_ text: String) {
        guard !text.isEmpty else { return }
        writeOutput((isOutputTerminal ? text.withoutControls : text).utf8)
        state.withLock { $0.isAtLineStart = text.hasSuffix("\n") }
    }

    /// Writes a text to standard output, after removing the progress line.
    func send(_ text: String) {
        clearProgress()
        write(text)
    }

    /// Writes a styled text to standard output, with its styles if it is a terminal.
    func send(_ text: StyledText) {
        guard isOutputTerminal, hasColors else { return send(text.plain) }
        clearProgress()
        let bytes = text.pieces.map { piece in
            let text = piece.text.withoutControls
            return piece.isEmphasized ? "\u{1B}[1m\(text)\u{1B}[0m" : text
        }.joined()
        writeOutput(bytes.utf8)
    }

    /// Writes bytes to standard output.
    ///
    /// A terminal gets them as text without control characters.
    func send(_ bytes: [UInt8]) {
        if isOutputTerminal { return send(String(decoding: bytes, as: UTF8.self)) }
        clearProgress()
        writeOutput(bytes)
    }

    /// Writes to standard output.
    ///
    /// Does nothing after a failed write.
    private func writeOutput(_ bytes: some Sequence<UInt8>) {
        guard !isClosed, let failure = Self.write(bytes, to: STDOUT_FILENO) else { return }
        state.withLock { $0.failure = failure }
    }

    /// Ends an unfinished line on standard output.
    func endLine() {
        if !state.withLock({ $0.isAtLineStart }) { write("\n") }
    }

    /// Shows the prompt if the session is interactive.
    func prompt() {
        guard isInteractive else { return }
        _ = Self.write((hasColors ? "\u{1B}[1m>\u{1B}[0m " : "> ").utf8, to: STDOUT_FILENO)
    }

    /// Writes a notice to standard error.
    func notice(_ text: String) { say(text, color: "2") }

    /// Writes a notice to standard error if it is a terminal.
    func hint(_ text: String) { if isErrorTerminal { notice(text) } }

    /// Writes an error to standard error, on one line.
    func error(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        say("convo: " + line, color: "31")
    }

    /// Shows progress on standard error if it is a terminal, at most every 100 ms.
    func progress(_ text: @autoclosure () -> String) {
        guard isErrorTerminal, isOutputFree else { return }
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastProgress, now - last < .milliseconds(100) { return false }
            state.lastProgress = now
            state.showsProgress = true
            return true
        }
        if isDue { _ = Self.write("\r\u{1B}[K\(text().cell.fitted(to: 70))".utf8, to: STDERR_FILENO) }
    }

    /// Whether standard output has no unfinished line that progress would be appended to.
    private var isOutputFree: Bool { state.withLock { $0.isAtLineStart } }

    private func clearProgress() {
        let shows = state.withLock { state in
            defer { state.showsProgress = false }
            return state.showsProgress
        }
        if shows { _ = Self.write("\r\u{1B}[K".utf8, to: STDERR_FILENO) }
    }

    private func say(_ text: String, color: String) {
        clearProgress()
        endLine()
        let text = isErrorTerminal ? text.withoutControls : text
        let line = isErrorTerminal && hasColors ? "\u{1B}[\(color)m\(text)\u{1B}[0m\n" : text + "\n"
        // A failure is ignored, because there is no other stream to report it on.
        _ = Self.write(line.utf8, to: STDERR_FILENO)
    }

    /// Writes all bytes to a descriptor, and returns the error if that fails.
    static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> OutputError? {
        var rest = ArraySlice(bytes)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // Another process that shares the descriptor made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            } else if count == 0 || errno != EINTR {
                return OutputError(number: errno)
            }
        }
        return nil
    }
}
