import Foundation
import Testing

@testable import convo

@Suite struct ImportFormatTests {
    @Test(arguments: [
        ("{\"format\":\"conversation-archive\",\"version\":1}\n{", ImportFormat.archive),
        ("{\"format\":\"conversation-history\",\"version\":2,\"history\":[\n", .history),
        ("{\n  \"format\": \"conversation-history\"", .history),
        ("{\n  \"version\": 1,\n  \"messages\": [", .history), ("{\"version\":1,\"messages\":[]}", .history),
        (" \n[{\"role\":\"user\"", .chatCompletions), ("{\"model\":\"m\",\"messages\":[]}", .chatCompletions),
        ("{\n\"messages\": [", .chatCompletions),
        ("{\"type\":\"summary\",\"summary\":\"x\"}\n{", .claudeCode), ("{\"sessionId\":\"s\"}", .claudeCode),
        ("{\"uuid\":\"1\",\"version\":\"1.0\",\"messages\":1}\r\n", .claudeCode),
        // Words that are no more than words.
        (
            "{\"type\":\"user\",\"sessionId\":\"s\",\"gitBranch\":\"conversation-history\",\"message\":{}}\n{",
            .claudeCode
        ),
        (
            "{\"sessionId\":\"s\",\"cwd\":\"conversation-archive\",\"x\":{\"format\":\"conversation-archive\"}}",
            .claudeCode
        ),
        ("[{\"role\":\"user\",\"content\":\"conversation-archive\"}]", .chatCompletions),
        ("{\"model\":\"m\",\"user\":\"conversation-history\",\"messages\":[]}", .chatCompletions),
        ("{\"messages\":[{\"role\":\"user\",\"content\":\"\\\"version\\\": 1\"}]}", .chatCompletions),
        ("{\"messages\":[{\"version\":1,\"role\":\"user\"}]}", .chatCompletions),
        ("{\"title\":\"messages\",\"version\":\"1\"}", nil),
        ("{\n  \"title\": \"x\",\n  \"format\": \"conversation-history\",\n  \"history\": [", .history),
        ("", nil), ("x", nil), ("{", nil), ("{}", nil), ("\"[\"", nil),
    ])
    func guesses(_ beginning: String, _ format: ImportFormat?) {
        #expect(ImportFormat(beginning: [UInt8](beginning.utf8)) == format)
    }
}
