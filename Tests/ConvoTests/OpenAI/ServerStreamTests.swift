import ConversationHistory
import Testing

@testable import convo

/// What is made of the streams of all kinds of servers.
@Suite struct ServerStreamTests {
    private struct Answer: Equatable {
        var text = ""
        var reasoning = ""
        var calls: [ServerStream.Call] = []
        var ending: AnswerPiece?
        var error: ServerError?
    }

    /// Returns the data of the events in a body that comes in pieces.
    private func data(of pieces: [ArraySlice<UInt8>], _ stream: ServerStream) throws -> [String] {
        var body = AnswerBody()
        body.isEventStream = stream.isEventStream ? true : nil
        var data: [String] = []
        for piece in pieces { data += try body.take(Array(piece)) }
        return data + (try body.finish())
    }

    private func answer(
        _ data: [String],
        _ assembler: inout AnswerAssembler,
        made ids: inout Set<String>
    ) -> Answer {
        var answer = Answer()
        func add(_ pieces: [AnswerPiece]) {
            for piece in pieces {
                switch piece {
                case .text(let text): answer.text += text
                case .reasoning(let block): answer.reasoning += block.text
                case .toolCall(let call):
                    ids.insert(call.id)
                    let id = call.id.hasPrefix("call-") ? nil : call.id
                    answer.calls.append(ServerStream.Call(id, call.name, call.arguments.jsonString))
                case .lengthLimit, .cutOff:
                    #expect(answer.ending == nil)
                    answer.ending = piece
                case .usage: break
                }
            }
        }
        do throws(ServerError) {
            for data in data where !assembler.hasEnded { add(try assembler.take(data)) }
            add(assembler.toolCalls())
        } catch { answer.error = error }
        return answer
    }

    @Test(arguments: ServerStream.answers + ServerStream.toolCalls + ServerStream.errors)
    func meansTheSameHoweverItIsCut(_ stream: ServerStream) throws {
        let bytes = Array(stream.body.utf8)
        let whole = try data(of: [bytes[...]], stream)
        var assembler = AnswerAssembler(server: "http://h")
        var ids: Set<String> = []
        let answer = answer(whole, &assembler, made: &ids)
        #expect(answer.text == stream.text)
        #expect(answer.reasoning == stream.reasoning)
        #expect(answer.calls == stream.calls)
        #expect(ids.count == stream.calls.count)
        #expect(answer.ending == stream.ending)
        #expect(answer.error == stream.error.map(ServerError.reported))
        if stream.error == nil {
            #expect(assembler.isComplete == stream.isComplete)
            #expect(assembler.usage == stream.usage)
        }
        for cut in 1..<bytes.count {
            let parts = try data(of: [bytes[..<cut], bytes[cut...]], stream)
            #expect(parts == whole, "cut at \(cut)")
        }
        #expect(try data(of: bytes.indices.map { bytes[$0...$0] }, stream) == whole)
    }

    @Test func givesAServerBackWhatItsOwn() throws {
        let deltas = [
            #"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"id":"a","extra_content":{"google":{"thought_signature":"s"}},"#
                + #""function":{"name":"x","arguments":"{}"}}]}}]}"#,
        ]
        var assembler = AnswerAssembler(server: "http://h")
        var content: [ContentBlock] = []
        for piece in try deltas.flatMap({ try assembler.take($0) }) + assembler.toolCalls() {
            if case .reasoning(let block) = piece { content.append(.reasoning(block)) }
            if case .toolCall(let call) = piece { content.append(.toolCall(call)) }
        }
        let message = ChatMessage(role: .assistant, content: content)
        // As it is after it was stored.
        let snapshot = ConversationSnapshot(messages: [.user("Go"), message])
        let stored = try ConversationSnapshot<ChatMessage>(decoding: snapshot.encoded()).messages[1]
        let same = ChatRequest(model: "m", messages: [stored], tools: [], server: "http://h").json["messages"]?[0]
        #expect(same?["reasoning_content"] == "Hm")
        #expect(same?["tool_calls"]?[0]?["extra_content"] == ["google": ["thought_signature": "s"]])
        let other = ChatRequest(model: "m", messages: [stored], tools: [], server: "http://other").json["messages"]?[0]
        #expect(other?["reasoning_content"] == nil)
        #expect(other?["tool_calls"]?[0]?["extra_content"] == nil)
        #expect(other?["tool_calls"]?[0]?["id"] == "a")
    }
}
