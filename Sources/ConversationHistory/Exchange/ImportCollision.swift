/// What becomes of a conversation if the library has another one of the same id.
///
/// One that is there with the same content is never imported again; one that is in the trash in only one of both places
/// is another one.
public enum ImportCollision: String, Hashable, Sendable, CaseIterable {
    /// The import fails before anything of the conversation is written.
    case fail

    /// The conversation is left out.
    case skip

    /// The conversation is given a new id, made of the old one and its content: importing again makes no second one.
    case rename

    /// The conversation takes the place of the one that is there.
    case replace
}
