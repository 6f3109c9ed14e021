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
        ("", nil), ("x", nil), ("{", nil), ("{}", nil), ("\"[\"", nil),
    ])
    func guesses(_ beginning: String, _ format: ImportFormat?) {
        #expect(ImportFormat(beginning: [UInt8](beginning.utf8)) == format)
    }
}
