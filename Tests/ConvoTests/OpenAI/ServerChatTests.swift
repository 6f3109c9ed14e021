import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

/// The built command with a server, from the request to the file.
@Suite struct ServerChatTests {
    private let directory = TemporaryDirectory()
    private let key = "test-key-0123456789"

    private var path: String { directory.path("chat.json") }

    private func stored() async throws -> ConversationSnapshot<ChatMessage> {
        try #require(try await JSONFileHistoryStore(path: path).load())
    }

    private func arguments(_ server: LoopbackServer, _ more: String...) -> [String] {
        ["chat", "--store", path, "--endpoint", server.address, "--model", "m"] + more
    }

    private func chat(
        _ server: LoopbackServer,
        _ input: String,
        _ more: String...
    ) async throws -> (output: String, errors: String, code: Int32) {
        let environment = ["OPENAI_API_KEY": key]
        let run = try await ConvoProcess.run(arguments(server) + more, input: input, environment: environment)
        server.stop()
        #expect(!run.output.contains(key) && !run.errors.contains(key))
        let file = String(decoding: directory.read("chat.json") ?? [], as: UTF8.self)
        #expect(!file.contains(key))
        return run
    }

    private func text(_ text: String) -> String {
        JSONValue.object(["choices": [["index": 0, "delta": ["content": .string(text)]]]]).jsonString
    }

    private let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private let usage = #"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#

    @Test(arguments: ["\n", "\r\n", "\r"], [[1, 7, 2, 13, 3], [100_000], [1]])
    func streamsAnAnswer(_ lineEnd: String, _ sizes: [Int]) async throws {
        let events = [text("Zażółć "), text("日本 "), text("👩‍👩‍👧!"), stop, usage, "[DONE]"]
        let server = LoopbackServer([.events(events, lineEnd: lineEnd, sizes: sizes)])
        let run = try await chat(server, "Grüße\n")
        #expect(run.code == 0)
        #expect(run.output == "Zażółć 日本 👩‍👩‍👧!\n")
        let snapshot = try await stored()
        #expect(snapshot.messages.map(\.text) == ["Grüße", "Zażółć 日本 👩‍👩‍👧!"])
        #expect(snapshot.turns.map(\.usage) == [Usage(inputTokens: 5, outputTokens: 7)])
        let request = try #require(server.received.first)
        #expect(request.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
        #expect(request.contains("Authorization: Bearer \(key)\r\n"))
        let body = try JSONValue(parsing: server.bodies[0])
        #expect(body["messages"] == [["role": "user", "content": "Grüße"]])
        #expect(body["tools"]?.arrayValue?.count == 4)
    }

    @Test func runsToolsThatTheServerCalls() async throws {
        let calls = [
            text("Let me see."),
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"calculator","arguments":""}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"expression\": \"6"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"*7\"}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"nope","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, usage, "[DONE]",
        ]
        let server = LoopbackServer([.events(calls), .events([text("42."), stop, usage, "[DONE]"])])
        let run = try await chat(server, "6*7?\n")
        #expect(run.code == 0)
        #expect(run.output == "Let me see.\n42.\n")
        let messages = try await stored().messages
        #expect(messages.map(\.role) == [.user, .assistant, .tool, .tool, .assistant])
        #expect(messages[1].toolCalls.map(\.id) == ["a", "b"])
        #expect(messages[2].toolResults == [ToolResult(callID: "a", text: "42")])
        #expect(messages[3].toolResults.first?.isError == true)
        #expect(try await stored().turns.first?.usage == Usage(inputTokens: 10, outputTokens: 14))
        let second = try #require(try JSONValue(parsing: server.bodies[1])["messages"]?.arrayValue)
        #expect(second.map { $0["role"]?.stringValue } == ["user", "assistant", "tool", "tool"])
        #expect(second[1]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"expression": "6*7"}"#)
        #expect(second[2]["tool_call_id"] == "a")
    }

    @Test(arguments: [
        (
            "401 Unauthorized", #"{"error":{"message":"Incorrect API key provided: test-key-0123456789."}}"#,
            "OPENAI_API_KEY"
        ),
        ("429 Too Many Requests", #"{"error":{"message":"Slow down"}}"#, "wait a moment): Slow down"),
        ("500 Internal Server Error", "<html>\n\nBroken\n</html>", "HTTP status 500: <html> Broken </html>"),
        ("302 Found", "", "HTTP status 302."),
    ])
    func tellsARefusalAndGoesOn(_ status: String, _ body: String, _ message: String) async throws {
        let refusal: [LoopbackServer.Step] = [
            .head(status: status, type: "text/plain", more: "Location: http://127.0.0.1:9/\r\n"),
            .send([UInt8](body.utf8)),
        ]
        let server = LoopbackServer([refusal, .events([text("Here."), stop, "[DONE]"])])
        let run = try await chat(server, "one\ntwo\n")
        #expect(run.code == 1)
        #expect(run.output == "Here.\n")
        let errors = run.errors.split(separator: "\n").filter { $0.hasPrefix("convo: ") }
        #expect(errors.count == 1)
        #expect(errors.first?.contains(message) == true)
        #expect(try await stored().turns.map(\.outcome) == [.failed, .completed])
        let second = try JSONValue(parsing: server.bodies[1])["messages"]
        #expect(second == [["role": "user", "content": "one\n\ntwo"]])
    }

    @Test(arguments: ["Connection: close\r\n", "Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n"])
    func keepsAnAnswerThatBreaksOff(_ field: String) async throws {
        let event = [UInt8]("data: \(text("Half an ans"))\n\n".utf8)
        let chunk = field.contains("chunked") ? [UInt8]("\(String(event.count, radix: 16))\r\n".utf8) + event : event
        let broken: [LoopbackServer.Step] = [
            .head(status: "200 OK", type: "text/event-stream", more: field), .send(chunk),
        ]
        let server = LoopbackServer([broken, .events([text("Whole."), stop, "[DONE]"])])
        let run = try await chat(server, "one\ntwo\n")
        #expect(run.code == 1)
        #expect(run.output == "Half an ans\nWhole.\n")
        #expect(run.errors.contains("stopped in the middle of its answer. The part that arrived is saved."))
        let snapshot = try await stored()
        #expect(snapshot.turns.map(\.outcome) == [.failed, .completed])
        #expect(snapshot.entries.map(\.isIncomplete) == [false, true, false, false])
        #expect(snapshot.messages.map(\.text) == ["one", "Half an ans", "two", "Whole."])
    }

    @Test(arguments: [false, true])
    func givesUpOnASilentServer(_ hasBegun: Bool) async throws {
        // Long enough for a busy machine to send the beginning.
        let timeout = hasBegun ? "20" : "0.2"
        let server = LoopbackServer([(hasBegun ? .events([text("Half")], sizes: [100_000]) : []) + [.hold]])
        let run = try await chat(server, "one\n", "--timeout", timeout)
        #expect(run.code == 1)
        #expect(run.errors.contains("sent nothing for \(timeout) s. Change this limit with --timeout."))
        #expect(try await stored().messages.map(\.text) == (hasBegun ? ["one", "Half"] : ["one"]))
        #expect(try await stored().turns.map(\.outcome) == [.failed])
    }

    @Test(arguments: [
        ("length", "reached the server's length limit"),
        ("content_filter", "content filter cut off the answer"),
        ("insufficient_system_resource", "cut off the answer: insufficient_system_resource."),
    ])
    func marksAnAnswerThatTheServerCutsOff(_ reason: String, _ message: String) async throws {
        let end = stop.replacing("\"stop\"", with: "\"\(reason)\"")
        let server = LoopbackServer([.events([text("Half"), end, "[DONE]"]), .events([end, "[DONE]"])])
        let run = try await chat(server, "one\ntwo\n")
        #expect(run.output == "Half\n")
        #expect(run.errors.contains(message))
        // The second answer is none.
        #expect(run.code == 1)
        #expect(run.errors.contains("cut off the answer before any text arrived (\(reason))"))
        let snapshot = try await stored()
        #expect(snapshot.messages.map(\.text) == ["one", "Half", "two"])
        #expect(snapshot.entries.map(\.isIncomplete) == [false, true, false])
        #expect(snapshot.turns.map(\.outcome) == [.completed, .failed])
    }

    @Test func runsCallsThatShareAnIndex() async throws {
        func call(_ id: String, _ name: String, _ arguments: String) -> String {
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"\#(id)","function":{"name":"\#(name)","#
                + #""arguments":"\#(arguments)"}}]}}]}"#
        }
        let calls = [
            call("a", "calculator", #"{\"expression\":\"6*7\"}"#),
            call("b", "calculator", #"{\"expression\":\"2+2\"}"#),
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
        ]
        let server = LoopbackServer([.events(calls), .events([text("42 and 4."), stop, "[DONE]"])])
        let run = try await chat(server, "6*7? 2+2?\n")
        #expect(run.code == 0)
        let results = try await stored().messages.flatMap(\.toolResults)
        #expect(results == [ToolResult(callID: "a", text: "42"), ToolResult(callID: "b", text: "4")])
    }

    @Test func controlCCutsTheServerOff() async throws {
        let server = LoopbackServer([.events([text("Half")]) + [.hold], .events([text("Whole."), stop, "[DONE]"])])
        // The server is silent on purpose; a busy machine may take its time to notice what has come.
        let process = try ConvoProcess(arguments(server, "--timeout", "3600"))
        process.type("one\n")
        try await process.wait { $0.output == "Half" }
        process.send(SIGINT)
        try await process.wait { $0.errors.contains("(Stopped. The part that arrived is saved.)") }
        server.release()
        process.type("two\n")
        process.endInput()
        #expect(try await process.exitCode() == 0)
        server.stop()
        #expect(try await stored().turns.map(\.outcome) == [.cancelled, .completed])
        #expect(try await stored().entries.map(\.isIncomplete) == [false, true, false, false])
    }

    @Test func tellsThatThereIsNoServer() async throws {
        let server = LoopbackServer([])
        let run = try await chat(server, "one\n")
        #expect(run.code == 1)
        #expect(run.output == "")
        #expect(run.errors.contains("convo: No server answers at \(server.address). Check that it is running."))
        #expect(try await stored().messages.map(\.text) == ["one"])
    }

    @Test func understandsServersOfOtherHabits() async throws {
        let whole = #"{"choices":[{"message":{"content":"In one."},"finish_reason":"stop"}]}"#
        let run = try await chat(LoopbackServer([.body(whole, status: "200 OK")]), "one\n")
        #expect(run.output == "In one.\n")
        // The end is said, and the connection stays open.
        let other = LoopbackServer([.events([text("Open."), stop, "[DONE]"]) + [.hold]])
        let second = try await chat(other, "two\n", "--no-tools")
        #expect(second.code == 0)
        #expect(second.output == "Open.\n")
        #expect(try JSONValue(parsing: other.bodies[0])["tools"] == nil)
    }

    @Test(arguments: [
        (#"{"error":{"message":"Context too long"}}"#, "The server reported an error: Context too long"),
        ("not json", "could not be understood"), (#"{"choices":[]}"#, "stopped in the middle"),
    ])
    func tellsWhatIsWrongWithAnAnswer(_ event: String, _ message: String) async throws {
        let server = LoopbackServer([.events([event])])
        let run = try await chat(server, "one\n")
        #expect(run.code == 1)
        #expect(run.errors.contains(message))
        let page = LoopbackServer([.body("<html>Hello</html>", status: "200 OK", type: "text/html")])
        #expect(try await chat(page, "two\n").errors.contains("could not be understood"))
    }
}
