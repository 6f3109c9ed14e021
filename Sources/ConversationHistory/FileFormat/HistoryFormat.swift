/// The fixed parts of the stored form.
package enum HistoryFormat {
    static let name = "conversation-history"

    /// How deep a history is read: a value of a message, in the levels around it.
    ///
    /// Around it are the document, the history, the entry, the message, blocks in results, and so on. What the writer
    /// accepts, the reader must accept too.
    package static let maximumDepth = JSONValue.maximumDepth + 64

    /// How a header line ends, and so what marks a history of one entry a line.
    static let headerEnd: StaticString = ",\"history\":["

    /// How a footer line begins.
    static let footerStart: StaticString = "],\"state\":{"

    /// How the line begins by which version control marks two sides that it could not merge.
    static let mergeMark: StaticString = "<<<<<<< "

    /// What stands before the checksum in a footer; eight hexadecimal digits and `"}}` follow.
    static let checksumKey: StaticString = "\"checksum\":\""

    /// The bytes of a footer that follow ``checksumKey``, without the line feed.
    static let checksumCount = 8 + 3
}
