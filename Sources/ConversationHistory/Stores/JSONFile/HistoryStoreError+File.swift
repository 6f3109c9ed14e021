package import DurableFiles

extension HistoryStoreError {
    /// Creates the error that a failure of the file system means.
    package init(_ failure: FileFailure, operation: String) {
        let (code, reason) = Self.explain(failure)
        let call = failure.cause.map { SystemCallError(call: $0.call, errno: $0.errno, description: $0.description) }
        self.init(code, operation: operation, location: failure.path, systemCall: call, reason: reason)
    }

    private static func explain(_ failure: FileFailure) -> (Code, String) {
        switch failure.kind {
        case .busy: return (.busy, "Another writer has kept it locked for too long; nothing was changed.")
        case .notRegularFile: return (.notAHistory, "It is not a regular file.")
        case .notDirectory: return (.notAHistory, "It is not a directory, or a symbolic link to one.")
        case .symbolicLinkLoop: return (.notAHistory, "Symbolic links lead to one another.")
        case .invalidPath: return (.notFound, "The path is not usable.")
        case .nameTooLong: return (.notFound, "The name is too long for the file system.")
        case .tooLarge: return (.tooLarge, "The file is larger than the limit.")
        case .changed: return (.conflict, "Someone else has changed the file; nothing was changed.")
        case .notDurable:
            return (.notDurable, "It was written, but is not certain to survive a loss of power. Save again.")
        // What was taken back after a failed sync may have reached the disk before, and be there after a loss of power.
        case .appendFailed(restored: false), .syncFailed:
            return (.notDurable, "It is not certain whether it was written. Save again.")
        case .system, .appendFailed:
            let number = failure.cause?.errno ?? 0
            if ErrorNumber.noSpace.contains(number) {
                return (.noSpace, "There is no room for it; what was stored is as it was.")
            }
            if ErrorNumber.permissionDenied.contains(number) {
                return (.permissionDenied, "The system does not allow it.")
            }
            if number == ErrorNumber.noSuchFile || number == ErrorNumber.notDirectory {
                return (.notFound, "The file or its directory is not there.")
            }
            return (.io, "The system reported a failure.")
        }
    }
}
