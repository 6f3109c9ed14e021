import ConversationHistory
import ConversationHistoryLibrary

/// The members of the JSON object at the beginning of a text, which may be truncated anywhere.
package struct FirstMembers: Sendable {
    /// The names of all members.
    package private(set) var names: Set<String> = []

    /// The string members by name; the first of each name.
    package private(set) var texts: [String: String] = [:]

    /// The names of the number members.
    package private(set) var numbers: Set<String> = []

    /// Reads the beginning of a text in UTF-8.
    package init(of bytes: some Sequence<UInt8>) {
        var (names, texts, numbers) = (names, texts, numbers)
        var text = JSONWriter(capacity: bytes.underestimatedCount + JSONReader.padding)
        text.append(bytes)
        text.withPaddedBytes { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONError) {
                try reader.readObject { key, reader throws(JSONError) in
                    let name = key.string
                    let isNew = names.insert(name).inserted
                    switch reader.peek() {
                    case .string where isNew: texts[name] = try reader.readString()
                    case .number where isNew:
                        try reader.skipValue()
                        numbers.insert(name)
                    default: try reader.skipValue()
                    }
                }
            } catch {
                // The text ends here, or is not JSON from here on. Keep the members read so far.
            }
        }
        (self.names, self.texts, self.numbers) = (names, texts, numbers)
    }
}
