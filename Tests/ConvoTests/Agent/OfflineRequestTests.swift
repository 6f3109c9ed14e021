import Testing

@testable import convo

@Suite struct OfflineRequestTests {
    @Test(arguments: [
        ("2+2", "calculator"), ("What is 2 + 2?", "calculator"), ("(1)", "calculator"), ("calculate x", "calculator"),
        ("What time is it?", "clock"), ("Date?", "clock"), ("note milk", "add_note"), ("NOTE: milk", "add_note"),
        ("Notes", "list_notes"),
    ])
    func finds(_ sentence: String, _ tool: String) {
        #expect(OfflineRequest(sentence)?.tool == tool)
    }

    @Test(arguments: ["hello", "note", "notes about Rome", "What is love?", "?", "+", "sometimes", ""])
    func findsNothing(_ sentence: String) {
        #expect(OfflineRequest(sentence) == nil)
    }
}
