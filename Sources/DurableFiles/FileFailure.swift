/// A failure of a file operation.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, by how the caller can respond to it.
    package enum Kind: Hashable, Sendable {
        /// A system call failed and nothing changed; ``FileFailure/cause`` has the call.
        case system

        /// The lock was held elsewhere until the timeout.
        case busy

        /// A directory, FIFO, socket or device has the name of an expected file.
        case notRegularFile

        /// A file or a symbolic link has the name of an expected directory.
        case notDirectory

        /// The file is larger than the reader accepts.
        case tooLarge

        /// The name, or the whole path, is longer than the file system allows.
        case nameTooLong

        /// The path is empty, contains NUL, or leads to a name that is not UTF-8.
        case invalidPath

        /// The symbolic links form a loop.
        case symbolicLinkLoop

        /// The file is not the expected one, or has another size; nothing was written.
        case changed

        /// An append failed while writing; unless restored, a part of it may be behind the old end.
        case appendFailed(restored: Bool)

        /// An append was written, but may not be on stable storage; replace the whole file.
        ///
        /// A second sync could falsely succeed. If not restored, readers see the new content; if restored, they see the
        /// old content until a power loss, and then either.
        case syncFailed(restored: Bool)

        /// The new content is in place, but may not be on stable storage; see ``FileFailure/installed``.
        case notDurable
    }

    /// The kind of failure.
    package var kind: Kind

    /// The failed operation as a verb, such as `replace`.
    package var operation: String

    /// The file or directory of the operation.
    package var path: String

    /// The system call that failed, if one did.
    package var cause: SystemCallFailure?

    /// The file that is now in place, if the kind is ``Kind/notDurable`` and the content was written.
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

    /// Creates a failure of the general kind that a failed system call implies.
    init(operation: String, path: String, cause: SystemCallFailure) {
        let kind: Kind =
            switch cause.errno {
            case ErrorNumber.nameTooLong: .nameTooLong
            case ErrorNumber.tooManyLinks: .symbolicLinkLoop
            default: .system
            }
        self.init(kind, operation: operation, path: path, cause: cause)
    }

    /// Whether new content may be in the file now, or appear there after a power loss.
    package var mayHaveWritten: Bool {
        switch kind {
        case .appendFailed(let restored): !restored
        case .syncFailed, .notDurable: true
        default: false
        }
    }

    /// A sentence with the operation, the path and the cause, but never any content of the file.
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
                "what was written could not be synchronized; it was taken back, but may be there after a power loss"
            case .syncFailed(restored: false): "what was written could not be synchronized, and is still there"
            case .notDurable: "it was done, but may be lost if the power fails now"
            }
        let suffix = cause.map { " (\($0))" } ?? ""
        return "cannot \(operation) '\(path)': \(reason)\(suffix)"
    }
}
