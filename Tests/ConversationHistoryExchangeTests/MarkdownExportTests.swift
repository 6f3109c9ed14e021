import Foundation
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange

@Suite struct MarkdownExportTests {
    @Test func aSampleReadsAsExpected() throws {
        let date = try #require(StoredDate.parse("2026-01-02T03:04:05Z"))
        var snapshot = ConversationSnapshot<ChatMessage>(title: "Trip\nto *Tokyo*", created: date)
        snapshot.updated = date.addingTimeInterval(1.5)
        func add(
            _ content: HistoryEntry<ChatMessage>.Content,
            sender: String? = nil,
            _ change: (inout HistoryEntry<ChatMessage>) -> Void = { _ in }
        ) throws {
            let id = EntryID(String(snapshot.entries.count))
            var entry = HistoryEntry(content, id: id, date: nil, sender: sender)
            change(&entry)
            try snapshot.append(entry)
        }
        try add(.message(.user("# Plan\n\nthat\u{2028}"))) {
            $0.date = date
            $0.isPinned = true
        }
        let answer = ChatMessage(
            role: .assistant,
            content: [
                .reasoning(ReasoningBlock("a ```` fence")), .text("Look:"),
                .toolCall(ToolCall(id: "c`1", name: "look", arguments: ["city": "Tokyo"])),
                .toolCall(ToolCall(id: "c2", name: "run", arguments: "ls")),
            ]
        )
        try add(.message(answer), sender: "agent\n1") { $0.isIncomplete = true }
        let results: [ContentBlock] = [
            .toolResult(ToolResult(callID: "c`1", content: [.text("```\nx\n```\n"), .image(MediaBlock(.url("u")))])),
            .toolResult(ToolResult(callID: "c2", content: [], isError: true, isPlaceholder: true)),
            .image(MediaBlock(.base64(mediaType: "image/png", data: "AAAA"), name: "cat.png")),
            .document(MediaBlock(.base64(mediaType: "text/plain", data: "AAAA"))),
            .redactedReasoning(RedactedReasoningBlock(data: "secret")), .other(["type": "odd"]),
        ]
        try add(.message(ChatMessage(role: .tool, content: results)))
        try add(.action(HistoryAction(name: "approve", payload: ["ok": true])))
        try add(.summary(HistorySummary(message: .user("short"), through: "0")))
        try add(.other(["poll": 1]))
        let expected = #"""
            # Trip to *Tokyo*

            - Created: 2026-01-02T03:04:05Z
            - Updated: 2026-01-02T03:04:06.500Z

            ## User (2026-01-02T03:04:05Z, pinned)

            # Plan

            that\#u{2028}

            ## Assistant (agent 1, cut off)

            **Reasoning**

            `````
            a ```` fence
            `````

            Look:

            **Call** `look` (`` c`1 ``)

            ```json
            {"city":"Tokyo"}
            ```

            **Call** `run` (`c2`)

            ```
            ls
            ```

            ## Tool

            **Result** (`` c`1 ``)

            ````
            ```
            x
            ```
            ````

            *Image: `u`*

            **Failed result** (`c2`, made up)

            *Image: `cat.png`*

            *Document: `text/plain`, 4 bytes of base 64*

            *Reasoning, sealed*

            ```json
            {"type":"odd"}
            ```

            ## Action

            `approve`

            ```json
            {"ok":true}
            ```

            ## Summary

            short

            ## Other

            ```json
            {"poll":1}
            ```

            """#
        #expect(MarkdownExport.text(of: snapshot) == expected)
    }

    @Test func anEmptyOneHasATitle() {
        #expect(MarkdownExport.text(of: ConversationSnapshot<ChatMessage>()) == "# Conversation\n")
    }
}
