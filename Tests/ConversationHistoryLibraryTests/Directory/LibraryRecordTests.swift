import Foundation
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What a directory library keeps in the state of a history.
@Suite struct LibraryRecordTests {
    private static let written = """
        {"id":"a\\"b","created":"2026-11-21T09:41:05.123456Z","updated":"2026-11-21T09:41:07.500Z","revision":3,\
        "mark":"01k","later":[1.50]}
        """

    @Test func isWrittenAsItWasRead() throws {
        let record = try #require(LibraryRecord(JSONValue(parsing: Self.written)))
        #expect(record.id == "a\"b")
        #expect(record.revision == 3)
        #expect(record.unknown == ["later": try JSONValue(parsing: "[1.50]")])
        #expect(record.annotation.jsonString == Self.written)
    }

    @Test func isWrittenWithoutAMarkIfItHasNone() throws {
        let text = #"{"id":"a","created":"2026-11-21T09:41:05Z","updated":"2026-11-21T09:41:05Z","revision":0}"#
        #expect(try LibraryRecord(JSONValue(parsing: text))?.annotation.jsonString == text)
    }

    @Test func keepsDatesThatAreStoredAsSeconds() throws {
        let text = #"{"id":"a","created":-1000000000000000.0,"updated":0.12345678901234568,"revision":0}"#
        let record = try #require(LibraryRecord(JSONValue(parsing: text)))
        #expect(record.created.timeIntervalSinceReferenceDate == -1e15)
        #expect(record.updated.timeIntervalSinceReferenceDate == 0.12345678901234568)
        #expect(record.annotation.jsonString == text)
    }

    @Test(arguments: [
        "null", "[]", "{}", #"{"id":"a"}"#, #"{"id":1,"created":"2026-11-21T09:41:05Z"}"#,
        #"{"id":"a","created":"2026-11-21T09:41:05Z","revision":-1}"#,
        #"{"id":"a","created":"2026-11-21T09:41:05Z","revision":1.0}"#, #"{"id":"a","created":"yesterday"}"#,
        #"{"id":"a","created":1e999}"#, #"{"id":"a","created":"2026-11-21T09:41:05Z","mark":null}"#,
        #"{"id":"a","created":"2026-11-21T09:41:05Z","revision":9223372036854775807}"#,
    ])
    func whatALibraryDidNotWriteIsNoRecord(_ text: String) throws {
        #expect(try LibraryRecord(JSONValue(parsing: text)) == nil)
    }

    @Test func anotherStoreHandsItOnAsItIs() throws {
        let text = #"{"by":"a later version","id":[null]}"#
        let file = """
            {"format":"conversation-history","version":2,"messages":"chat","history":[],\
            "state":{"revision":1,"count":0,"library":\(text),"other":1}}
            """
        let snapshot = try ConversationSnapshot<ChatMessage>(decoding: Array(file.utf8))
        #expect(snapshot.annotation?.jsonString == text)
        #expect(snapshot.storedRecord == nil)
        let encoded = String(decoding: try snapshot.encoded(), as: UTF8.self)
        #expect(encoded.contains(#","library":\#(text),"other":1"#))
    }
}
