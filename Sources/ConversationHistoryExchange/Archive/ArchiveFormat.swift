import ConversationHistory
import ConversationHistoryLibrary

/// The fixed parts of an archive of conversations.
///
/// An archive is JSON Lines. The first line says what it is. Each conversation is a line with what is known of it, its
/// records as they stand in a history file, a line for each version of an artifact followed by lines with its bytes, and
/// a line that ends it. How many records and artifacts follow is said beforehand, so that no record, whatever its
/// members are named, is taken for something else. The last line ends the archive.
enum ArchiveFormat {
    static let name = "conversation-archive"

    static let version = 1

    /// How many bytes of an artifact stand on one line: a multiple of three, so only the last line ends with padding.
    static let dataCount = 768 << 10

    /// A part of an archive that is passed on before the next is made, so that memory use is bounded.
    static let partCount = 256 << 10
}
