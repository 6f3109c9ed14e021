import ConversationHistory
import ConversationHistoryLibrary
import DurableFiles
import Foundation

/// A file that a command writes, or standard output.
///
/// A regular file is written under a temporary name and renamed when it is complete, so it is never partial. Devices,
/// pipes and open descriptors such as `/dev/stdout` are written to directly and never replaced.
@MainActor
final class OutputFile {
    private enum Target {
        case standardOutput
        case descriptor(Int32)
        case file(DurableFile)
    }

    private let terminal: Terminal
    private let name: String
    private let target: Target
    private var replacement: FileReplacement?

    /// Whether the reader has closed the pipe.
    private var isClosed = false

    /// Whether the output replaces an existing file.
    let replacesFile: Bool

    /// Opens the output.
    ///
    /// - Parameters:
    ///   - path: The file; `nil` or `-` for standard output.
    ///   - library: The source of the output, whose files must not be overwritten.
    /// - Throws: ``LibraryFailure`` if the output would become one of the library's files.
    init(_ path: String?, of library: LibraryLocation, _ terminal: Terminal) throws {
        self.terminal = terminal
        let files = LibraryFiles(library)
        guard let path, path != "-" else {
            try files.checkOutput(STDOUT_FILENO, "Standard output")
            (target, name, replacesFile) = (.standardOutput, "Standard output", false)
            return
        }
        name = path.quoted
        if let descriptor = try Self.opened(path) {
            let isStandardOutput = descriptor == STDOUT_FILENO
            target = isStandardOutput ? .standardOutput : .descriptor(descriptor)
            replacesFile = false
            try files.checkOutput(descriptor, path)
            return
        }
        try files.checkOutput(path)
        let file = try DurableFile.open(path: path)
        target = .file(file)
        replacesFile = try file.identity() != nil
        replacement = try file.startReplacing()
    }

    deinit {
        if case .descriptor(let descriptor) = target, descriptor > STDERR_FILENO { close(descriptor) }
    }

    /// Writes bytes.
    ///
    /// Does nothing if the reader has closed the pipe.
    func write(_ bytes: [UInt8]) throws {
        switch target {
        case .standardOutput:
            terminal.send(bytes)
            if let failure = terminal.failure, !failure.isClosedPipe { throw failure }
        case .descriptor(let descriptor):
            guard !isClosed else { return }
            let isTerminal = isatty(descriptor) == 1
            let shown = isTerminal ? Array(String(decoding: bytes, as: UTF8.self).withoutControls.utf8) : bytes
            guard let failure = Terminal.write(shown, to: descriptor) else { return }
            isClosed = failure.isClosedPipe
            guard isClosed else { throw FileError(name, cannotBe: "written", failure.number) }
        case .file: try bytes.withUnsafeBytes { try replacement?.write($0) }
        }
    }

    /// Moves the complete file to its path.
    func finish() throws {
        try replacement.take()?.commit(durability: .full)
        // Killed processes leave temporary files.
        if case .file(let file) = target { file.removeStaleTemporaries(olderThan: 86400) }
    }

    /// Opens a path that must be written to directly, such as a device; `nil` if it can be replaced or doesn't exist.
    private static func opened(_ path: String) throws(FileError) -> Int32? {
        if let number = FilePath.links(from: path).lazy.compactMap(descriptor).first {
            // Standard output and error stay open.
            let descriptor = number == STDOUT_FILENO || number == STDERR_FILENO ? number : dup(number)
            guard descriptor >= 0 else { throw FileError(path.quoted, cannotBe: "written", errno) }
            return descriptor
        }
        guard let file = FileNumber(path: path) else { return nil }
        // The path may be another name for standard output or standard error.
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            if FileNumber(descriptor: descriptor).map(file.isSameFile) == true { return descriptor }
        }
        guard file.kind != S_IFREG, file.kind != S_IFDIR else { return nil }
        let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path.quoted, cannotBe: "written", errno) }
        return descriptor
    }

    /// Returns the descriptor of this process for a path such as `/dev/fd/3` or `/proc/self/fd/3`.
    private static func descriptor(_ path: String) -> Int32? {
        let (parent, name) = FilePath.split(path)
        guard let number = Int32(name), number >= 0, let parent = FilePath.real(parent) else { return nil }
        return ["/dev/fd", "/proc/self/fd", "/proc/\(getpid())/fd"].contains(parent) ? number : nil
    }
}
