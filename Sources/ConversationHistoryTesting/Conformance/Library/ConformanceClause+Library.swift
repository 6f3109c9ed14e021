import ConversationHistoryLibrary

extension ConformanceClause {
    /// The clauses of ``ConversationLibraryConformance``, in the order in which they are checked.
    public static let conversationLibrary: [ConformanceClause] = [
        l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15, l16, l17, l18, l19, l20, l21, l22, l23, l24,
        a9, a10, d1, d2, d3, d4, d5, d6, d7, d8, d9, f0, f1, f2, f3, f4, f5, f6, f7, f9, f10, f11, f12, f13, g1, g4,
    ]

    static let l1 = ConformanceClause("L1", "A conversation is created once, with the given attributes.")
    static let l2 = ConformanceClause("L2", "Titles, owners, metadata and dates are kept byte for byte.")
    static let l3 = ConformanceClause("L3", "A list holds exactly the conversations that match its filters.")
    static let l4 = ConformanceClause("L4", "A list is ordered by date of change, then by id, and respects its limit.")
    static let l5 = ConformanceClause(
        "L5",
        "Title, metadata and owner can be set while a store is open, without a conflict."
    )
    static let l6 = ConformanceClause("L6", "Any part of a history can be read, from either end, also messages only.")
    static let l7 = ConformanceClause(
        "L7",
        "Entries can be appended without a load; the next save of an open store is then a conflict."
    )
    static let l8 = ConformanceClause(
        "L8",
        "Content that can't be stored is refused, with everything else in the call."
    )
    static let l9 = ConformanceClause(
        "L9",
        "A conversation in the trash exists only for info, contents, restore and purge."
    )
    static let l10 = ConformanceClause("L10", "A restored conversation is unchanged.")
    static let l11 = ConformanceClause(
        "L11",
        "A search can be restricted by conversation, role and date, and paged with a cursor."
    )
    static let l12 = ConformanceClause("L12", "A search finds the current texts, not earlier ones.")
    static let l13 = ConformanceClause("L13", "An artifact's bytes, type and versions are kept.")
    static let l14 = ConformanceClause(
        "L14",
        "Artifacts are listed by name in their newest version, and removed completely."
    )
    static let l15 = ConformanceClause("L15", "An artifact that is too large is refused, and no part of it is kept.")
    static let l16 = ConformanceClause("L16", "Statistics count what is stored.")
    static let l17 = ConformanceClause("L17", "Verification finds no problems in a sound library.")
    static let l18 = ConformanceClause("L18", "A Conversation works with a store of a library, also of a scoped one.")
    static let l19 = ConformanceClause("L19", "A first save creates the conversation, for the owner of the scope.")
    static let l20 = ConformanceClause("L20", "A snapshot saved by a library's store loads equal, including its id.")
    static let l21 = ConformanceClause(
        "L21",
        "A whole conversation can be read at once, also from the trash, with all versions of its artifacts."
    )
    static let l22 = ConformanceClause(
        "L22",
        "A backup is a library with the same content; a scoped library refuses to make one."
    )
    static let l23 = ConformanceClause("L23", "A date that is not finite is refused everywhere.")
    static let l24 = ConformanceClause("L24", "The name of a user or an organization has at most 1,024 bytes.")
    static let a10 = ConformanceClause(
        "A10",
        "Names of 1 to 255 bytes without NUL are valid, and distinguished by their bytes; other names are invalid."
    )
    static let d7 = ConformanceClause("D7", "A list that is read page by page doesn't block writers.")
    static let d8 = ConformanceClause("D8", "Concurrent writers wait for each other instead of failing.")
    static let f0 = ConformanceClause("F0", "A foreign file or a damaged conversation doesn't empty the list.")
    static let f1 = ConformanceClause("F1", "A list of many conversations is paged, with each conversation once.")
    static let f2 = ConformanceClause("F2", "Pages stay correct while conversations are added, changed and deleted.")
    static let f3 = ConformanceClause("F3", "Each operation treats another owner's id like an unknown one.")
    static let f4 = ConformanceClause("F4", "A purge removes all parts of a conversation, and nothing else.")
    static let f5 = ConformanceClause("F5", "A fork begins like its parent, is independent of it, and outlives it.")
    static let f6 = ConformanceClause("F6", "A rewind hides the removed entries, and keeps them.")
    static let f7 = ConformanceClause("F7", "Every query finds what the reference library finds, in any script.")
    static let f9 = ConformanceClause("F9", "Only a purge removes permanently, only from the trash, with a report.")
    static let f10 = ConformanceClause("F10", "A library that lost its index rebuilds the same one.")
    static let f11 = ConformanceClause("F11", "Damage is reported, with the affected conversation.")
    static let f12 = ConformanceClause(
        "F12",
        "A list in oldest-first order ends, with each conversation once, even if each is changed when it is listed."
    )
    static let f13 = ConformanceClause(
        "F13",
        "A damaged artifact doesn't prevent the rest of its conversation from being read."
    )
    static let g1 = ConformanceClause("G1", "NUL and half a surrogate pair are kept in every text.")
    static let g4 = ConformanceClause(
        "G4",
        "Characters that are special in SQL, paths or patterns are ordinary in every text."
    )
}
