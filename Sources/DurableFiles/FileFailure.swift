/// A failure with what was being done and where.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, by what can be done about it.
    package enum Kind: Hashable, Sendable {
        /// A system call failed and nothing changed; ``FileFailure/cause`` says which.
        case system

        /// The lock was held elsewhere until the time was up.
        case busy

        /// A directory, FIFO, socket or device stands where a file is expected.
        case notRegularFile

        /// A file or a symbolic link stands where a directory is expected.
        case notDirectory

        /// The file is larger than the reader accepts.
        case tooLarge

        /// The name, or the whole path, is longer than the file system allows.
        case nameTooLong

        /// The path is empty, holds a NUL, or leads to a name that is not UTF-8.
        case invalidPath

        /// Symbolic links lead to one another.
        case symbolicLinkLoop

        /// The file is not the one that was expected, or of another size; nothing was written.
        case changed

        /// An append failed while it was being written. If not restored, there may be a part of it behind the old end.
        case appendFailed(restored: Bool)

        /// An append was written, but is not certainly on stable storage, and a second sync could succeed falsely:
        /// replace the whole file. If not restored, readers see the new content; if restored, they see the old content
        /// until the power is lost, and then either.
        case syncFailed(restored: Bool)

        /// The new content is in place, but is not certainly on stable storage; see ``FileFailure/installed``.
        case notDurable
    }

    /// What went wrong.
    package var kind: Kind

    /// What was being done, as a verb: `replace`.
    package var operation: String

    /// The file or directory that it was done to.
    package var path: String

    /// The system call that failed, if one did.
    package var cause: SystemCallFailure?

    /// The file that is now in place, when the kind is ``Kind/notDurable`` and the content was written.
    package var installed: FileIdentity?

    /// Creates a failure of a given kind.
    package init(
        _ kind: Kind,
        operation: String,
        path: String,
        cause: SystemCallFailure? = nil,
        installed: FileIdentity? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.path = path
        self.cause = cause
        self.installed = installed
    }

    /// Creates the failure that a system call means in general.
    init(operation: String, path: String, cause: SystemCallFailure) {
        let kind: Kind =
            switch cause.errno {
            case ErrorNumber.nameTooLong: .nameTooLong
            case ErrorNumber.tooManyLinks: .symbolicLinkLoop
            default: .system
            }
        self.init(kind, operation: operation, path: path, cause: cause)
    }

    /// Whether something of what was to be written may be in the file now, or come to be there after a loss of power.
    package var mayHaveWritten: Bool {
        switch kind {
        case .appendFailed(let restored): !restored
        case .syncFailed, .notDurable: true
        default: false
        }
    }

    /// One sentence with the operation, the path and the cause; never any content of the file.
    package var description: String {
        let reason =
            switch kind {
            case .system: "a system call failed"
            case .busy: "it is locked by another writer or reader"
            case .notRegularFile: "it is not a regular file"
            case .notDirectory: "it is not a directory, or a symbolic link to one"
            case .tooLarge: "it is too large"
            case .nameTooLong: "the name is too long"
            case .invalidPath: "the path is not usable"
            case .symbolicLinkLoop: "symbolic links lead to one another"
            case .changed: "it was changed by someone else"
            case .appendFailed(restored: true): "writing at the end failed, and the file is as it was"
            case .appendFailed(restored: false): "writing at the end failed, and a part of it may be left there"
            case .syncFailed(restored: true):
                "what was written could not be synchronised; it was taken back, but may be there after a power loss"
            case .syncFailed(restored: false): "what was written could not be synchronised, and is still there"
            case .notDurable: "it was done, but may be lost if the power fails now"
            }
        let suffix = cause.map { " (\($0))" } ?? ""
        return "cannot \(operation) '\(path)': \(reason)\(suffix)"
    }
}
