import Foundation
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("Search: tokens")
struct SearchTokenizerTests {
    @Test(
        "Words are parted and folded",
        arguments: [
            ("", []),
            (" \n\t.,;!?-—…", []),
            ("Hello, World!", ["hello", "world"]),
            ("snake_case camelCase UTF8 v2", ["snake", "case", "camelcase", "utf8", "v2"]),
            ("don't don’t l'homme rock-'n'-roll", ["don", "t", "don", "t", "l", "homme", "rock", "n", "roll"]),
            ("3.14 1,000 10:30 192.168.0.1", ["3", "14", "1", "000", "10", "30", "192", "168", "0", "1"]),
            ("a@b.example/c?d=e#f", ["a", "b", "example", "c", "d", "e", "f"]),
            ("line\u{0}one\r\ntwo", ["line", "one", "two"]),
            // Latin, with accents and without decompositions
            ("Čeština ÀÉÎÕÜ ñ ç", ["cestina", "aeiou", "n", "c"]),
            ("Straße STRASSE ẞ ſ", ["strasse", "strasse", "ss", "s"]),
            ("Łódź Ørsted Đà Nẵng", ["lodz", "orsted", "da", "nang"]),
            ("Ærø œuvre þing Íslenskð", ["aero", "oeuvre", "thing", "islenskd"]),
            ("İstanbul ISPARTA ısı", ["istanbul", "isparta", "isi"]),
            ("Việt Nam e\u{301}e\u{302}\u{323}", ["viet", "nam", "ee"]),
            ("ŉ ǆ ĳ", ["n", "dz", "ij"]),
            // Greek and Cyrillic
            ("ΣΊΣΥΦΟΣ Σίσυφος", ["σισυφοσ", "σισυφοσ"]),
            ("ᾳ Ώ ἄνθρωπος", ["α", "ω", "ανθρωποσ"]),
            ("Ёлка Йод Київ п'ять п’ять пʼять", ["елка", "иод", "киів", "п", "ять", "п", "ять", "п", "ять"]),
            // Semitic scripts
            ("שָׁלוֹם שלום צה״ל", ["שלום", "שלום", "צה", "ל"]),
            ("مُحَمَّد محمد مـحـمـد", ["محمد", "محمد", "محمد"]),
            ("أحمد آب مدرسة على", ["احمد", "اب", "مدرسه", "علي"]),
            ("می\u{200C}خواهم کتاب", ["ميخواهم", "كتاب"]),
            // Indic scripts keep what spells
            ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
            ("தமிழ் বাংলা", ["தமிழ்", "বাংলা"]),
            // Forms
            ("Ｆｕｌｌ １２３", ["full", "123"]),
            ("ﬁne m² CO₂ 𝓢𝔀𝓲𝓯𝓽 ①", ["fine", "m2", "co2", "swift", "1"]),
            ("٣٤ ३४ 𝟛", ["34", "34", "3"]),
            ("soft\u{AD}hyphen zero\u{200B}width a\u{200D}b", ["softhyphen", "zero", "width", "ab"]),
        ] as [(String, [String])]
    )
    func words(text: String, expected: [String]) {
        #expect(SearchTokenizer.tokens(in: text).map(\.text) == expected)
    }
}
