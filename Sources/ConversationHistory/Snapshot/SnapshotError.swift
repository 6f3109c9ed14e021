/// An error that says why a snapshot rejects a value, or can't be written.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case lengthMismatch, duplicateID, notFound, notEncodable, tooDeep, tooLarge }
        private let value: Value

        /// The numbers of messages and pins differ: pass one pin per message.
        public static let lengthMismatch = Code(value: .lengthMismatch)

        /// The conversation already has an entry with this id: choose another id.
        public static let duplicateID = Code(value: .duplicateID)

        /// The snapshot has no entry or turn with this id.
        public static let notFound = Code(value: .notFound)

        /// The message can't be written as JSON: its encoding threw an error, or contains a number that is not finite.
        public static let notEncodable = Code(value: .notEncodable)

        /// The message is nested too deeply to be read back.
        public static let tooDeep = Code(value: .tooDeep)

        /// The entry is too large to be read back: keep such data elsewhere, and store a reference to it.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// The kind of the error.
    public let code: Code

    /// A sentence that describes the error and never quotes the conversation.
    public let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    package static let duplicateID = SnapshotError(
        .duplicateID,
        "The conversation already has an entry with this id. Choose another id."
    )
    static let noSuchEntry = SnapshotError(.notFound, "The conversation has no entry with this id.")
}
