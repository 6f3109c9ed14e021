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

/// A message of an intact history that does not decode as the caller's type.
///
/// The history is not damaged: its bytes are what was written, by an earlier or a later version of the type.
public struct UndecodableMessage: Hashable, Sendable {
    /// The entry that holds the message.
    public let entry: EntryID

    /// The name of the type that the message was read as: its ``HistoryMessage/formatName``.
    public let messageType: String

    /// The keys that lead to the value that does not fit, from the message inward; empty for the message as a whole.
    ///
    /// A key that need not come from the type, such as one of a dictionary, is given as `*`: it may be conversation text.
    public let codingPath: [String]

    /// The number of bytes before the message.
    public let offset: Int
}

/// A message that was passed over because it does not decode, though its JSON is sound.
package struct MessageFault: Error {
    /// What is wrong with the value at the end of the path; nothing of the value itself.
    private let reason: String
    private let codingPath: [String]
    private let messageType: String
    private let offset: Int
    /// The entry, as soon as its id is read.
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

    /// Takes from an error what cannot be conversation text: its kind and its place, and not its description.
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

    /// The name of a key, if it is a case of an enumeration or an index; every other one may hold anything.
    private static func name(_ key: any CodingKey) -> String {
        if let key = key as? AnyCodingKey { return key.intValue.map(String.init) ?? "*" }
        let mirror = Mirror(reflecting: key)
        return mirror.displayStyle == .enum && mirror.children.isEmpty ? key.stringValue : "*"
    }
}

/// A message of any type, of which nothing is looked at: to tell of histories that hold messages of another type.
///
/// It can be read and not be written.
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
