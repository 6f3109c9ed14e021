package import DurableFiles

extension HistoryStoreError {
    /// Creates the error for a failure of the file system.
    package init(_ failure: FileFailure, operation: String) {
        let (code, reason) = Self.explain(failure)
        let call = failure.cause.map { SystemCallError(call: $0.call, errno: $0.errno, description: $0.description) }
        self.init(code, operation: operation, location: failure.path, systemCall: call, reason: reason)
    }

    private static func explain(_ failure: FileFailure) -> (Code, String) {
        switch failure.kind {
        case .busy: return (.busy, "Another writer kept it locked for too long; nothing was changed. Try again.")
        case .notRegularFile: return (.notAHistory, "It is not a regular file. Check the path.")
        case .notDirectory: return (.notAHistory, "It is a symbolic link, or not a directory. Check the path.")
        case .symbolicLinkLoop: return (.notAHistory, "The symbolic links in the path form a loop.")
        case .invalidPath: return (.notFound, "The path is invalid.")
        case .nameTooLong: return (.notFound, "The name is too long for the file system.")
        case .tooLarge: return (.tooLarge, "The file is larger than the limit.")
        case .changed: return (.conflict, "Another writer changed it; nothing was written. Load it again and retry.")
        case .notDurable:
            return (.notDurable, "It was written, but may not survive a loss of power. Save again.")
        // Even bytes that were removed after a failed sync may be on the disk, and reappear after a loss of power.
        case .appendFailed(restored: false), .syncFailed:
            return (.notDurable, "It is uncertain whether it was written. Save again.")
        case .system, .appendFailed:
            let number = failure.cause?.errno ?? 0
            if ErrorNumber.noSpace.contains(number) {
                return (.noSpace, "There is no space left; the stored data is unchanged. Free some space and retry.")
            }
            if ErrorNumber.permissionDenied.contains(number) {
                return (.permissionDenied, "The system doesn't permit it. Check the permissions.")
            }
            if number == ErrorNumber.noSuchFile || number == ErrorNumber.notDirectory {
                return (.notFound, "The file or its directory doesn't exist. Check the path.")
            }
            return (.io, "The system reported a failure.")
        }
    }
}
