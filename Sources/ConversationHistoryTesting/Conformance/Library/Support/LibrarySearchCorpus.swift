public import ConversationHistory
import ConversationHistoryLibrary

/// A corpus in many scripts, and queries that every library must answer in the same way.
public enum LibrarySearchCorpus {
    /// The conversations' ids and texts; each text is a message, and the ids of the entries are `e0`, `e1` and so on.
    public static let conversations: [(id: ConversationID, texts: [String])] = [
        (
            "english",
            [
                "The quick brown fox jumps over the lazy dog", "The dog AND the fox: not lazy, not quick",
                "Quick! quick? QUICK.", "don't use snake_case or 3.14 in file_name.txt", "fox", "rock & roll, R&D, C++",
            ]
        ),
        (
            "accents",
            [
                "Café au lait", "CAFE\u{301} OLE\u{301}", "naïve façade, coöperate", "Straße und STRASSE",
                "İstanbul ve ığdır", "Łódź, Ærø, œuvre", "Ångström", "ﬁnance and ｆｕｌｌ ｗｉｄｔｈ",
            ]
        ),
        (
            "cjk",
            [
                "東京の天気は晴れです", "今日は東京タワーに行きました", "京都大学", "日本語のSwiftプログラミング", "Swift言語とiPhone15の開発",
                "中文分词很难", "我爱北京天安门", "カタカナとひらがな", "ｶﾀｶﾅ", "한국어 문서 검색", "漢", "𠮷野家",
            ]
        ),
        (
            "others",
            [
                "Привет, мир! Ёлка", "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก", "Γειά σου Κόσμε ΣΊΣΥΦΟΣ",
                "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}", "ሰላም ልዑል", "ជំរាបសួរ",
            ]
        ),
        (
            "signs",
            [
                "🧵 thread 🧶", "👩‍👩‍👧‍👦 family 🇫🇷", "\"quoted words\" here", "words quoted", "100% sure_thing * star",
                "a\u{0}b", "before\u{0}after", "", " ", "***", "NEAR(a, b) title:secret ^start -minus",
                "'; DROP TABLE entries; --", "tab\tnew\nline\u{2028}separator", "AND OR NOT",
            ]
        ),
    ]

    /// The queries: words, phrases, scripts, signs, and texts that break careless code.
    public static let queries: [String] = [
        "fox", "FOX", "fo", "fox dog", "dog fox", "quick", "\"quick brown\"", "\"brown quick\"", "“lazy dog”", "don't",
        "don", "snake_case", "snake case", "\"case snake\"", "3.14", "14", "file_name.txt", "R&D", "C++", "roll",
        "cafe", "café", "cafe\u{301}", "CAFÉ", "ole", "naive", "facade", "cooperate", "strasse", "straße", "istanbul",
        "IĞDIR", "lodz", "łódź", "aero", "oeuvre", "angstrom", "finance", "full width",
        "東", "京", "東京", "京東", "天気", "東京タワー", "北京", "\"東京 天気\"", "東京 天気", "swift", "Swift言語", "言語", "語", "iPhone15",
        "iphone", "15", "プログラミング", "中文", "分词", "词", "爱", "カタカナ", "ｶﾀｶﾅ", "ひらがな", "한국어", "한국", "문서", "검색 문서", "漢",
        "𠮷", "𠮷野家", "日本語のSwift",
        "привет", "елка", "ёлка", "שלום", "مرحبا", "नमस्ते", "สวัสดี", "โลก", "ΣΊΣΥΦΟΣ", "σισυφος", "κοσμε", "한국",
        "\u{1112}\u{1161}\u{11ab}", "ሰላም",
        "🧵", "🧶 thread", "👩‍👩‍👧‍👦", "👩", "🇫🇷", "🇫", "family", "thread 🧵",
        "AND", "OR", "NOT", "dog AND fox", "dog and fox", "NOT lazy", "fox OR cat", "NEAR(a, b)", "near",
        "title:secret",
        "^start", "-minus", "minus", "*", "***", "qui*", "star", "100%", "%", "_", "sure_thing", "sure", "a", "b",
        "a b",
        "\u{0}", "a\u{0}b", "before after", "'; DROP TABLE entries; --", "entries", "drop table", "tab new line",
        "separator",
        "", " ", "\t\n", "\"", "\"\"", "\"\"\"", "\"fox", "fox\"", "\"quoted words\"", "quoted \"words",
        "\"quoted\" \"words\"",
        "“quoted words", "«quoted words»", "\\", "\\\"fox\\\"", "(", ")", "fox)", "{fox}", "[a]", "fox;", "fox fox fox",
        String(repeating: "fox ", count: 2_560), String(repeating: "x", count: 10_240),
        String(repeating: "\"fox\" \"", count: 1_280), String(repeating: "東京", count: 1_707),
        String(repeating: "fox ", count: 63) + "dog", (0..<700).map { "w\($0)" }.joined(separator: " "),
        String(repeating: "\"", count: 10_240), String(repeating: "*", count: 10_240),
    ]
}
