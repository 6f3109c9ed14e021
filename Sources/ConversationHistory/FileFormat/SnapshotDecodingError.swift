/// An error for bytes that cannot be read as the snapshot of a conversation.
public struct SnapshotDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of an error, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case notAHistory, damaged, newerVersion, wrongMessageType, undecodableMessage, tooLarge }
        private let value: Value

        /// The bytes are not a history: check that they come from the right source.
        public static let notAHistory = Code(value: .notAHistory)

        /// Some bytes of the history are lost or changed: restore them from a copy.
        public static let damaged = Code(value: .damaged)

        /// A later version of this package wrote the history: update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The history holds messages of another type: read it as that type.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The history is intact, but one of its messages does not decode as the type, although the name of the type
        /// matches.
        ///
        /// The type has changed since the message was written: extend it to decode the old form, too.
        /// ``SnapshotDecodingError/undecodableMessage`` identifies the message.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// The history, or an entry of it, exceeds the given limits: raise them.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// The kind of the error.
    public let code: Code

    /// The offset in bytes at which the error was found.
    public let offset: Int

    /// The message that does not decode; set only with the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// A description of the error, without any text of the conversation.
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

/// A message of an intact history that does not decode as the caller's type.
///
/// The history is not damaged: an earlier or a later version of the type wrote the message.
public struct UndecodableMessage: Hashable, Sendable {
    /// The entry that holds the message.
    public let entry: EntryID

    /// The name of the type that the message was decoded as: its ``HistoryMessage/formatName``.
    public let messageType: String

    /// The keys that lead from the message to the value that does not decode; empty for the message as a whole.
    ///
    /// Keys that the type may not have defined, such as those of a dictionary, are replaced by `*` because they may be
    /// conversation text.
    public let codingPath: [String]

    /// The offset of the message in bytes.
    public let offset: Int
}

/// The failure to decode a message whose JSON is valid; the message is skipped.
package struct MessageFault: Error {
    /// The reason why the value at the end of the path does not decode, without anything of the value.
    private let reason: String
    private let codingPath: [String]
    private let messageType: String
    private let offset: Int
    /// The entry that contains the message, once its id is read.
    var entry: EntryID?

    init<Message: HistoryMessage>(_ type: Message.Type, _ error: any Error, offset: Int) {
        (codingPath, reason) = Self.explain(error)
        messageType = Message.formatName
        self.offset = offset
    }

    var failure: UndecodableMessage {
        UndecodableMessage(entry: entry ?? "", messageType: messageType, codingPath: codingPath, offset: offset)
    }

    var description: String {
        let place = codingPath.isEmpty ? "" : ", at \(codingPath.joined(separator: ".")),"
        return "The message of the entry \"\(entry ?? "")\" at byte \(offset) does not decode as "
            + "\"\(messageType)\"\(place) because \(reason). "
            + "The history is intact: read it with a type that decodes what it holds."
    }

    /// Returns the parts of an error that cannot be conversation text: its coding path and its kind, not its
    /// description.
    private static func explain(_ error: any Error) -> ([String], String) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            (context.codingPath.map(name) + [name(key)], "the value is missing")
        case DecodingError.valueNotFound(_, let context):
            (context.codingPath.map(name), "the value is null")
        case DecodingError.typeMismatch(_, let context):
            (context.codingPath.map(name), "the value is of another kind or shape")
        case DecodingError.dataCorrupted(let context):
            (context.codingPath.map(name), "the value is not one of those that the type takes")
        default: ([], "the type refuses it")
        }
    }

    /// Returns the name of a key that is an enumeration case or an index; `*` for any other key, which may hold any
    /// text.
    private static func name(_ key: any CodingKey) -> String {
        if let key = key as? AnyCodingKey { return key.intValue.map(String.init) ?? "*" }
        let mirror = Mirror(reflecting: key)
        return mirror.displayStyle == .enum && mirror.children.isEmpty ? key.stringValue : "*"
    }
}

/// A message of any type whose content is ignored, for inspecting histories of any message type.
///
/// It can be read but not written.
package struct UninterpretedMessage: HistoryMessage {
    package static var formatName: String { "*" }

    package var role: MessageRole { MessageRole(rawValue: "") }
    package var searchableText: String { "" }

    init() {}

    package init(from decoder: any Decoder) throws {}

    package func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            self,
            .init(codingPath: encoder.codingPath, debugDescription: "What was not read cannot be written.")
        )
    }
}
