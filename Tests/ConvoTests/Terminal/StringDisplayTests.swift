import Testing

@testable import convo

@Suite struct StringDisplayTests {
    @Test func takesOutWhatCommandsATerminal() {
        #expect("a\u{1B}[31mb\u{07}\r\u{9B}2J\u{7F}c".withoutControls == "a[31mb2Jc")
        #expect("Zeile\n\tÄ 日本 👩‍👩‍👧".withoutControls == "Zeile\n\tÄ 日本 👩‍👩‍👧")
    }

    @Test func shortensToALine() {
        #expect(" a\n b\t\tc ".shortened(to: 10) == "a b c")
        #expect("1234567890".shortened(to: 10) == "1234567890")
        #expect("12345678901".shortened(to: 10) == "123456789…")
        #expect(("ab" + String(repeating: " ", count: 100) + "c").shortened(to: 10) == "ab…")
    }

    @Test func aCellIsOneCleanLine() {
        #expect("a\u{0}b\r\n\tc\u{1B}[1m\u{2028}d\u{85}e".cell == "a b c[1m d e")
        #expect("\u{200F}\u{2066}x\u{2069}".cell == "x")
        #expect(" 👩‍👩‍👧 é e\u{301} ".cell == "👩‍👩‍👧 é e\u{301}")
        #expect("\u{1B}".cell == "" && "".cell == "")
    }

    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("한", 2), ("😀", 2), ("👩‍👩‍👧", 2),
        ("❤️", 2), ("☺", 1), ("🇯🇵", 2), ("\u{200B}", 0), ("", 0),
    ])
    func widthOnATerminal(_ text: String, _ width: Int) { #expect(text.displayWidth == width) }

    @Test func fitsIntoColumns() {
        #expect("abcdef".fitted(to: 6) == "abcdef")
        #expect("abcdefg".fitted(to: 6) == "abcde…")
        #expect("日本語".fitted(to: 6) == "日本語")
        #expect("日本語文".fitted(to: 6) == "日本…")
        #expect(String(repeating: "x", count: 100).quoted.count == 82)
        #expect("a\nb".quoted == "\"a b\"")
    }
}
