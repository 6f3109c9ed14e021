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
