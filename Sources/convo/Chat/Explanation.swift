import ConversationHistory

/// The explanation of an error: what happened, and what to do.
enum Explanation {
    /// Returns the explanation, on one line.
    static func of(_ error: any Error) -> String {
        if let error = error as? HistoryStoreError {
            return sentence(error) + (advice(error).map { " " + $0 } ?? "")
        }
        if let error = error as? UnsavedTurnError<Void> {
            return "The turn could not be saved. It stays in memory and is saved with the next turn. \(of(error.cause))"
        }
        return String(describing: error)
    }

    private static func sentence(_ error: HistoryStoreError) -> String {
        // The generic location adds nothing, because the user named the library.
        guard error.location == "a library", error.systemCall == nil else { return error.description }
        return "Could not \(error.operation) the conversation: \(error.reason)"
    }

    private static func advice(_ error: HistoryStoreError) -> String? {
        switch error.code {
        case .damaged: "The file was not changed. Restore it from a copy, or move it away to start over."
        case .newerVersion: "The file was not changed. Update convo to continue with it."
        case .notAHistory: "Nothing was changed. Check that the path is right."
        case .wrongMessageType: "The file was not changed. Only the program that wrote it can continue with it."
        case .undecodableMessage:
            "The file was not changed and is not damaged. The program that wrote it can continue with it."
        case .conflict where error.operation == "save":
            "Another program has changed the conversation. Quit this one and start it again to continue from there."
        case .notFound where error.operation == "save" && error.systemCall == nil:
            "The conversation was deleted. If it is still in the trash, use `convo restore` to restore it."
        // Without a system call, the missing thing is a conversation and not a directory.
        case .notFound where error.systemCall != nil: "Create the directory first, or choose another one."
        case .busy: "Quit the other program that uses it, or wait for it."
        default: nil
        }
    }
}
