import ConversationHistory

/// What the user is told about an error: what happened, and what to do.
enum Explanation {
    /// Returns the explanation, on one line.
    static func of(_ error: any Error) -> String {
        if let error = error as? HistoryStoreError {
            return sentence(error) + (advice(error).map { " " + $0 } ?? "")
        }
        if let error = error as? UnsavedTurnError<Void> {
            return "The turn could not be saved; it is kept in memory and saved with the next one. \(of(error.cause))"
        }
        return String(describing: error)
    }

    private static func sentence(_ error: HistoryStoreError) -> String {
        // Where that is, the user has said.
        guard error.location == "a library", error.systemCall == nil else { return error.description }
        return "Could not \(error.operation) the conversation: \(error.reason)"
    }

    private static func advice(_ error: HistoryStoreError) -> String? {
        switch error.code {
        case .damaged: "The file was not changed: restore it from a copy, or move it away to begin anew."
        case .newerVersion: "The file was not changed: update convo to go on with it."
        case .notAHistory: "It was not changed: look whether the name is right."
        case .wrongMessageType: "The file was not changed: only the program that wrote it can go on with it."
        case .undecodableMessage:
            "The file was not changed, and nothing of it is damaged: the program that wrote it can go on with it."
        case .conflict where error.operation == "save":
            "Another program has written it; end this one, and begin again to go on from there."
        case .notFound where error.operation == "save" && error.systemCall == nil:
            "It was deleted; `convo restore` takes it out of the trash if it is still there."
        // What a library does not find is not for want of a directory.
        case .notFound where error.systemCall != nil: "Make the directory first, or name another one."
        case .busy: "End the other program that uses it, or wait for it."
        default: nil
        }
    }
}
