import Foundation
import TestSupport

/// The built command, running as a process of its own.
///
/// Its output goes to files, so that a test can look at it at any time and nothing blocks.
final class ConvoProcess {
    private let process = Process()
    private let input = Pipe()
    private let directory = TemporaryDirectory()

    /// Starts the command.
    ///
    /// The environment is the same on every machine, and unusual, so that nothing may depend on it. A shell script is
    /// given the command as `$0` and the arguments from `$1` on. What goes to `output` is not in ``output``, and
    /// ``type(_:)`` does nothing where the input comes from `terminal`.
    init(
        _ arguments: [String],
        environment: [String: String] = [:],
        shell: String? = nil,
        output: FileHandle? = nil,
        terminal: FileHandle? = nil
    ) throws {
        // Input for a command that has ended must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        for name in ["out", "err"] { directory.write(name, []) }
        process.executableURL = shell == nil ? Self.executable : URL(fileURLWithPath: "/bin/sh")
        process.arguments = shell.map { ["-c", $0, Self.executable.path] + arguments } ?? arguments
        let fixed = [
            "PATH": "/usr/bin:/bin", "TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8",
            "TERM": "xterm",
        ]
        process.environment = fixed.merging(environment) { $1 }
        process.standardInput = terminal ?? input
        let files = ["out", "err"].map { FileHandle(forWritingAtPath: directory.path($0)) }
        process.standardOutput = terminal ?? output ?? files[0]
        process.standardError = files[1]
        try process.run()
        // The command has them now. Here each would stay open for longer than a run of all tests has numbers for.
        for file in files { try file?.close() }
    }

    /// Runs the command with some input to its end.
    static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:]
    ) async throws -> (output: String, errors: String, code: Int32) {
        let process = try ConvoProcess(arguments, environment: environment)
        process.type(input)
        process.endInput()
        let code = try await process.exitCode()
        return (process.output, process.errors, code)
    }

    /// Runs a shell script to its end, as ``init(_:environment:shell:)`` starts it.
    static func runShell(_ script: String, _ arguments: String...) async throws -> (output: String, errors: String) {
        let process = try ConvoProcess(arguments, shell: script)
        process.endInput()
        _ = try await process.exitCode()
        return (process.output, process.errors)
    }

    /// What has come on standard output.
    var output: String { text("out") }

    /// What has come on standard error.
    var errors: String { text("err") }

    /// Gives the command more input.
    func type(_ text: String) {
        // The command may have ended without reading everything; what matters is what it does.
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// Ends the input.
    func endInput() {
        // Closing twice is no harm.
        try? input.fileHandleForWriting.close()
    }

    /// Whether the command has not ended yet.
    var isRunning: Bool { process.isRunning }

    /// Sends a signal, if the command has not ended yet.
    func send(_ signal: Int32) { if isRunning { kill(process.processIdentifier, signal) } }

    /// Waits until something holds, such as a text that has come; for ten minutes at most, as other tests may keep this
    /// one and the command waiting.
    func wait(until condition: (ConvoProcess) -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < limit {
            if condition(self) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Timeout(output: output, errors: errors)
    }

    /// Waits for the end, and returns the exit code, or the negative number of the signal that ended it.
    func exitCode() async throws -> Int32 {
        try await wait { !$0.isRunning }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    private func text(_ name: String) -> String { String(decoding: directory.read(name) ?? [], as: UTF8.self) }

    /// Something did not happen; what had happened until then is told.
    struct Timeout: Error {
        let output: String
        let errors: String
    }

    /// The command beside the test bundle.
    private static var executable: URL {
        #if os(macOS)
        let bundle = Bundle(for: ConvoProcess.self).bundleURL
        #else
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0])
        #endif
        return bundle.deletingLastPathComponent().appendingPathComponent("convo")
    }
}
