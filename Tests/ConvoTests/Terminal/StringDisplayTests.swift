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
}
