/// Why bytes cannot be read as the snapshot of a conversation.
public struct SnapshotDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case notAHistory, damaged, newerVersion, wrongMessageType, undecodableMessage, tooLarge }
        private let value: Value

        /// The bytes are something else: look whether they are the ones that were meant.
        public static let notAHistory = Code(value: .notAHistory)

        /// The bytes were a history, and some of them are lost or changed: restore them from a copy.
        public static let damaged = Code(value: .damaged)

        /// A later version of this package wrote the history: update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The history holds messages of another type: read it as that type.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The history is intact and holds messages of the right name, one of which does not decode as the type.
        ///
        /// The type has changed since it was written: let it decode that too. ``SnapshotDecodingError/undecodableMessage``
        /// says which message it is.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// The history, or an entry of it, is larger than the limits that were given: give wider ones.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// What is wrong.
    public let code: Code

    /// The number of bytes before the place where it was found.
    public let offset: Int

    /// The message that does not decode, with the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// What is wrong, in a sentence; it holds nothing of the conversation's text.
    public let description: String

    package init(_ code: Code, offset: Int, undecodableMessage: UndecodableMessage? = nil, _ description: String) {
        self.code = code
        self.offset = offset
        self.undecodableMessage = undecodableMessage
        self.description = description
    }

    package init(_ error: JSONError) {
        self.init(.damaged, offset: error.offset, "The history is damaged at byte \(error.offset): \(error.message)")
    }

    package init(_ fault: MessageFault) {
        let failure = fault.failure
        self.init(.undecodableMessage, offset: failure.offset, undecodableMessage: failure, fault.description)
    }

    static func tooLarge(_ part: String, at offset: Int, limit: Int) -> SnapshotDecodingError {
        SnapshotDecodingError(.tooLarge, offset: offset, "\(part) has more than the \(limit) bytes that are allowed.")
    }

    static func newerVersion(_ version: Int) -> SnapshotDecodingError {
        SnapshotDecodingError(
            .newerVersion,
            offset: 0,
            "The history has version \(version), which is newer than the versions that this package reads (1 and 2)."
        )
    }
}
