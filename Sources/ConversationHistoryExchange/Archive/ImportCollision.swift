import ConversationHistory
import ConversationHistoryLibrary

/// What becomes of a conversation if the library has another one of the same id.
///
/// One that is there with the same content is never imported again. One that is there with the same history, but without
/// some of the files, is what an import that was cut off has left: it is completed, whatever is asked for, and taken out
/// of the trash if it is not in the trash of the archive. One with all the files that is in the trash in only one of both
/// places is another one.
public enum ImportCollision: String, Hashable, Sendable, CaseIterable {
    /// The import fails before anything of the conversation is written.
    case fail

    /// The conversation is left out.
    case skip

    /// The conversation is given a new id, made of the old one and its content: importing again makes no second one.
    case rename

    /// The conversation takes the place of the one that is there, of which nothing goes before all of the new is there.
    ///
    /// An import that is cut off meanwhile may leave both's files, the new ones under names of their own; the same import
    /// again makes it whole.
    case replace
}
