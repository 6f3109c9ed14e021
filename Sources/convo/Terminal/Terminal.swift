import ConversationHistory
import Foundation

/// Standard output and standard error.
///
/// What the user asked for goes to standard output, and what is said about it to standard error, so that a pipe gets
/// answers and nothing else. A write that fails is remembered and not thrown, and the rest is not written: whether anybody
/// reads must not decide what is done, nor what is reported. ``Convo`` takes it into account in the exit code.
final class Terminal: Sendable {
    /// Whether standard output can no longer be written.
    var isClosed: Bool { failure != nil }

    /// Why standard output can no longer be written; `nil` as long as it can.
    var failure: OutputError? { state.withLock { $0.failure } }

    /// Whether a person sits at both ends, who is to be shown a prompt.
    let isInteractive: Bool

    private struct State {
        /// Why standard output cannot be written any more.
        var failure: OutputError?
        /// Whether the last line on standard output has been ended.
        var isAtLineStart = true
        /// Whether the last line on standard error is one of progress, which the next takes the place of.
        var showsProgress = false
        var lastProgress: ContinuousClock.Instant?
    }

    /// How many columns standard output has; `nil` if it is not a terminal.
    var width: Int? {
        guard isOutputTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private let state = Lock(State())
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
        writeOutput((isOutputTerminal ? text.withoutControls : text).utf8)
        state.withLock { $0.isAtLineStart = text.hasSuffix("\n") }
    }

    /// Writes a text as it is to standard output, in the place of any progress.
    func send(_ text: String) {
        clearProgress()
        write(text)
    }

    /// Writes a text to standard output; a terminal shows what is emphasised.
    func send(_ text: StyledText) {
        guard isOutputTerminal, hasColours else { return send(text.plain) }
        clearProgress()
        let bytes = text.pieces.map { piece in
            let text = piece.text.withoutControls
            return piece.isEmphasised ? "\u{1B}[1m\(text)\u{1B}[0m" : text
        }.joined()
        writeOutput(bytes.utf8)
    }

    /// Writes bytes as they are to standard output; a terminal is shown them as text, without controls.
    func send(_ bytes: [UInt8]) {
        if isOutputTerminal { return send(String(decoding: bytes, as: UTF8.self)) }
        clearProgress()
        writeOutput(bytes)
    }

    /// Writes to standard output, unless that has failed before.
    private func writeOutput(_ bytes: some Sequence<UInt8>) {
        guard !isClosed, let failure = Self.write(bytes, to: STDOUT_FILENO) else { return }
        state.withLock { $0.failure = failure }
    }

    /// Ends the line on standard output if one has been begun.
    func endLine() {
        if !state.withLock({ $0.isAtLineStart }) { write("\n") }
    }

    /// Shows the prompt, to a person only.
    func prompt() {
        guard isInteractive else { return }
        _ = Self.write((hasColours ? "\u{1B}[1m>\u{1B}[0m " : "> ").utf8, to: STDOUT_FILENO)
    }

    /// Says something about what happens, on standard error.
    func notice(_ text: String) { say(text, colour: "2") }

    /// Says something that only a person cares for, on standard error.
    func hint(_ text: String) { if isErrorTerminal { notice(text) } }

    /// Says what went wrong, on a line of standard error.
    func error(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        say("convo: " + line, colour: "31")
    }

    /// Shows how far something has come, to a person only, and not more often than can be read.
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

    /// Whether nothing is shown on a terminal that progress would mix with.
    private var isOutputFree: Bool { state.withLock { $0.isAtLineStart } }

    private func clearProgress() {
        let shows = state.withLock { state in
            defer { state.showsProgress = false }
            return state.showsProgress
        }
        if shows { _ = Self.write("\r\u{1B}[K".utf8, to: STDERR_FILENO) }
    }

    private func say(_ text: String, colour: String) {
        clearProgress()
        endLine()
        let text = isErrorTerminal ? text.withoutControls : text
        let line = isErrorTerminal && hasColours ? "\u{1B}[\(colour)m\(text)\u{1B}[0m\n" : text + "\n"
        // Where standard error is closed there is nobody left to tell.
        _ = Self.write(line.utf8, to: STDERR_FILENO)
    }

    /// Writes all of some bytes, and returns why that was not possible.
    static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> OutputError? {
        var rest = ArraySlice(bytes)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // Whoever shares the descriptor has made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            } else if count == 0 || errno != EINTR {
                return OutputError(number: errno)
            }
        }
        return nil
    }
}
