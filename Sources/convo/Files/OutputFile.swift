import ConversationHistory
import ConversationHistoryLibrary
import DurableFiles
import Foundation

/// A file that a command writes, or standard output.
///
/// A file is written aside and takes its name when it is complete: there is never half of one. Whatever is no file, a
/// device, a pipe or an open descriptor such as `/dev/stdout`, is written to as it comes and never replaced.
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

    /// Whether the reader of a pipe has gone.
    private var isClosed = false

    /// Whether there is an earlier file, which the new one takes the place of.
    let hasEarlier: Bool

    /// Begins to write.
    ///
    /// - Parameters:
    ///   - path: The file; `nil` or `-` for standard output.
    ///   - library: The library that the output comes from, whose files must not be written.
    /// - Throws: ``LibraryFailure`` if the output would become one of the library's files.
    init(_ path: String?, of library: LibraryLocation, _ terminal: Terminal) throws {
        self.terminal = terminal
        let files = LibraryFiles(library)
        guard let path, path != "-" else {
            try files.checkOutput(STDOUT_FILENO, "Standard output")
            (target, name, hasEarlier) = (.standardOutput, "Standard output", false)
            return
        }
        name = path.quoted
        if let descriptor = try Self.opened(path) {
            let isStandardOutput = descriptor == STDOUT_FILENO
            target = isStandardOutput ? .standardOutput : .descriptor(descriptor)
            hasEarlier = false
            try files.checkOutput(descriptor, path)
            return
        }
        try files.checkOutput(path)
        let file = try DurableFile.open(path: path)
        target = .file(file)
        hasEarlier = try file.identity() != nil
        replacement = try file.startReplacing()
    }

    deinit {
        if case .descriptor(let descriptor) = target, descriptor > STDERR_FILENO { close(descriptor) }
    }

    /// Writes some bytes; where the reader of a pipe has gone, nothing.
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
            guard isClosed else { throw FileProblem(name, cannotBe: "written", failure.number) }
        case .file: try bytes.withUnsafeBytes { try replacement?.write($0) }
        }
    }

    /// Gives the file its name.
    func finish() throws {
        try replacement.take()?.commit(durability: .full)
        // Of those that were killed on the way.
        if case .file(let file) = target { file.removeStaleTemporaries(olderThan: 86400) }
    }

    /// Opens what a path leads to if it must not be replaced; `nil` if it is a file, or nothing yet.
    private static func opened(_ path: String) throws(FileProblem) -> Int32? {
        if let number = FilePath.links(from: path).lazy.compactMap(descriptor).first {
            // Standard output and error stay open.
            let descriptor = number == STDOUT_FILENO || number == STDERR_FILENO ? number : dup(number)
            guard descriptor >= 0 else { throw FileProblem(path.quoted, cannotBe: "written", errno) }
            return descriptor
        }
        guard let file = FileNumber(path: path) else { return nil }
        // Standard output by another name.
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            if FileNumber(descriptor: descriptor).map(file.isSameFile) == true { return descriptor }
        }
        guard file.kind != S_IFREG, file.kind != S_IFDIR else { return nil }
        let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path.quoted, cannotBe: "written", errno) }
        return descriptor
    }

    /// Returns the descriptor of this process that a path stands for, such as `/dev/fd/3` and `/proc/self/fd/3`.
    private static func descriptor(_ path: String) -> Int32? {
        let (parent, name) = FilePath.split(path)
        guard let number = Int32(name), number >= 0, let parent = FilePath.real(parent) else { return nil }
        return ["/dev/fd", "/proc/self/fd", "/proc/\(getpid())/fd"].contains(parent) ? number : nil
    }
}
