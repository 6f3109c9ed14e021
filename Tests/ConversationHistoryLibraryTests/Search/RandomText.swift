/// Texts of scalars from all over Unicode, in the mixtures that are hardest on a tokenizer.
enum RandomText {
    private static let pieces: [String] = [
        "word", "A", "z", "7", "é", "e\u{301}", "ß", "Σ", "ς", "й", "и\u{306}", "אָ", "مُ", "أ", "क", "क\u{93C}",
        "\u{94D}",
        "日", "本", "が", "か\u{3099}", "ﾄ\u{FF9E}", "ー", "한", "\u{1112}\u{1161}\u{11AB}", "하\u{11AB}", "\u{1112}",
        "\u{11AB}",
        "ก", "ที่", "ำ", "🚀", "👩🏽‍💻", "👍🏿", "🏽", "🇩🇪", "🇩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "❤️", "㍿", "½", "ﬁ", "²", "Ａ", "\u{200D}",
        "\u{200B}", "\u{AD}", "\u{301}", "\u{FE0F}", "\u{E000}", "\u{10FFFF}", "\u{378}", "\u{0}", "_", "'", "’", "-",
        ".",
        "*", "(", "^", ":",
    ]
    private static let spaces = [" ", " ", " ", "\n", "\r\n", "\u{3000}", "\t"]

    /// A text of up to 40 pieces, some of them any scalar at all.
    static func text(using generator: inout some RandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0, 1: text += spaces.randomElement(using: &generator)!
            case 2: text.unicodeScalars.append(scalar(using: &generator))
            case 3: text += Bool.random(using: &generator) ? "\"" : "”"
            default: text += pieces.randomElement(using: &generator)!
            }
        }
        return text
    }

    private static func scalar(using generator: inout some RandomNumberGenerator) -> Unicode.Scalar {
        let limit: UInt32 = Bool.random(using: &generator) ? 0x3000 : 0x11_0000
        return Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) ?? "\u{FFFD}"
    }
}
