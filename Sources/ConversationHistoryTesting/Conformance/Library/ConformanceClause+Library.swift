import ConversationHistoryLibrary

extension ConformanceClause {
    /// What ``ConversationLibraryConformance`` demands, in the order in which it is asked.
    public static let conversationLibrary: [ConformanceClause] = [
        l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15, l16, l17, l18, l19, l20, l21, l22, l23, l24,
        a9, a10, d1, d2, d3, d4, d5, d6, d7, d8, d9, f0, f1, f2, f3, f4, f5, f6, f7, f9, f10, f11, f12, f13, g1, g4,
    ]

    static let l1 = ConformanceClause("L1", "A conversation is created once, and is what it was created as.")
    static let l2 = ConformanceClause("L2", "Titles, owners, metadata and dates come back byte for byte.")
    static let l3 = ConformanceClause("L3", "A list holds what its filters ask for, and nothing else.")
    static let l4 = ConformanceClause("L4", "A list is ordered by change and then by id, and as long as its limit.")
    static let l5 = ConformanceClause("L5", "Title, metadata and owner are set beside an open store, without conflict.")
    static let l6 = ConformanceClause("L6", "Any part of a history can be read, from both ends, also of messages only.")
    static let l7 = ConformanceClause("L7", "Entries are appended without a load; an open store then meets a conflict.")
    static let l8 = ConformanceClause(
        "L8",
        "What cannot be stored is refused, and nothing that came with it is stored."
    )
    static let l9 = ConformanceClause(
        "L9",
        "What is in the trash is there for no verb but info, contents, restore and purge."
    )
    static let l10 = ConformanceClause("L10", "What is restored is as it was.")
    static let l11 = ConformanceClause(
        "L11",
        "A search is narrowed by conversation, role and date, and paged by cursor."
    )
    static let l12 = ConformanceClause("L12", "A search finds what is said now, not what was said.")
    static let l13 = ConformanceClause("L13", "An artifact's bytes, type and versions come back.")
    static let l14 = ConformanceClause(
        "L14",
        "Artifacts are listed by name in their newest version, and removed wholly."
    )
    static let l15 = ConformanceClause("L15", "An artifact that is too large is refused, and nothing of it is kept.")
    static let l16 = ConformanceClause("L16", "Statistics count what is there.")
    static let l17 = ConformanceClause("L17", "Nothing is reported of a sound library.")
    static let l18 = ConformanceClause("L18", "A Conversation works on a store of a library, also of a scoped one.")
    static let l19 = ConformanceClause("L19", "A first save creates the conversation, for the owner of the scope.")
    static let l20 = ConformanceClause("L20", "What a store of a library saves comes back equal, its id included.")
    static let l21 = ConformanceClause(
        "L21",
        "All of a conversation is read at once, from the trash too, with every version of its files."
    )
    static let l22 = ConformanceClause("L22", "A backup is a library that holds the same; a scoped one makes none.")
    static let l23 = ConformanceClause("L23", "A date that is not finite is refused, in whatever it comes.")
    static let l24 = ConformanceClause("L24", "The name of a user or an organisation has at most 1,024 bytes.")
    static let a10 = ConformanceClause("A10", "A name of 1 to 255 bytes without NUL is one, by its bytes; no other is.")
    static let d7 = ConformanceClause("D7", "A list that is read page by page is in no writer's way.")
    static let d8 = ConformanceClause("D8", "Writers that meet wait for each other rather than fail.")
    static let f0 = ConformanceClause("F0", "A stray or a damaged conversation does not empty the list.")
    static let f1 = ConformanceClause("F1", "A list of many conversations comes in pages, each of them once.")
    static let f2 = ConformanceClause("F2", "Pages stay right while conversations come, change and go.")
    static let f3 = ConformanceClause("F3", "Each verb answers for another owner's id as for an unknown one.")
    static let f4 = ConformanceClause("F4", "A purge removes all that belongs to a conversation, and nothing else.")
    static let f5 = ConformanceClause("F5", "A fork begins as its parent, goes its own way, and outlives it.")
    static let f6 = ConformanceClause("F6", "A rewind keeps what it cut, out of sight.")
    static let f7 = ConformanceClause("F7", "Every query has the answer of the reference, in any script.")
    static let f9 = ConformanceClause("F9", "Only a purge removes for good, only from the trash, and reports it.")
    static let f10 = ConformanceClause("F10", "A library that has lost its index makes the same one again.")
    static let f11 = ConformanceClause("F11", "Damage is reported, with the conversation that it is in.")
    static let f12 = ConformanceClause(
        "F12",
        "A list of the oldest first ends, each of it once, though each is changed when it is met."
    )
    static let f13 = ConformanceClause(
        "F13",
        "A damaged artifact keeps nothing else of its conversation from being read."
    )
    static let g1 = ConformanceClause("G1", "NUL and half of a surrogate pair are kept in every text.")
    static let g4 = ConformanceClause(
        "G4",
        "Characters with a meaning in SQL, paths and patterns have none in any text."
    )
}
