import ConversationHistory
import Testing

@testable import convo

/// A stream as a server sends it, and the answer that it means.
struct ServerStream: Sendable, CustomTestStringConvertible {
    /// A call in an answer; a missing id is one that is made up.
    struct Call: Hashable, Sendable {
        let id: String?
        let name: String
        let arguments: String

        init(_ id: String?, _ name: String, _ arguments: String) {
            (self.id, self.name, self.arguments) = (id, name, arguments)
        }
    }

    let server: String
    let body: String
    var text = ""
    var reasoning = ""
    var calls: [Call] = []
    var usage: Usage?
    var ending: AnswerPiece?
    var isComplete = true
    var error: String?
    /// Whether the head says that it is a stream of events.
    var isEventStream = true

    var testDescription: String { server }
}

extension ServerStream {
    // Long sums of texts take the compiler its time.

    private static func stream(_ parts: String...) -> String { parts.joined() }

    private static func call(_ members: String...) -> String {
        #"data: {"choices":[{"index":0,"delta":{"tool_calls":[{\#(members.joined())}]}}]}"# + "\n\n"
    }

    private static func choice(_ members: String) -> String { "data: {\"choices\":[{\(members)}]}\n\n" }

    private static func text(_ text: String) -> String { choice(#""index":0,"delta":{"content":"\#(text)"}"#) }

    private static func end(_ reason: String) -> String {
        choice(#""index":0,"delta":{},"finish_reason":"\#(reason)""#)
    }

    private static let toolEnd = end("tool_calls") + "data: [DONE]\n\n"
    private static let done = "data: [DONE]\n\n"

    /// Text, and how answers end.
    static let answers: [ServerStream] = [
        ServerStream(
            server: "OpenAI: role first, usage in a chunk without choices",
            body: stream(
                choice(#""index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null"#),
                text("Hé"),
                text("llo"),
                end("stop"),
                #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
                "\n\n",
                done
            ),
            text: "Héllo",
            usage: Usage(inputTokens: 3, outputTokens: 2)
        ),
        ServerStream(
            server: "OpenAI: a refusal",
            body: stream(
                choice(#""index":0,"delta":{"refusal":"I "}"#),
                choice(#""index":0,"delta":{"refusal":"can't."}"#),
                end("stop"),
                done
            ),
            text: "I can't."
        ),
        ServerStream(
            server: "OpenAI: several choices",
            body: stream(
                choice(#""index":1,"delta":{"content":"other"}"#),
                text("this"),
                choice(
                    #""index":1,"delta":{},"finish_reason":"length""#
                ),
                #"data: {"choices":[{"index":2,"delta":{"content":"x"}},{"index":0,"delta":{"content":" one"}}]}"#,
                "\n\n",
                end("stop"),
                done
            ),
            text: "this one"
        ),
        ServerStream(
            server: "Azure: filter results first and last, without choices and without a delta",
            body: stream(
                #"data: {"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}"#,
                "\n\n",
                text("Fine."),
                end("stop"),
                choice(#""index":0,"finish_reason":null,"content_filter_offsets":{"check_offset":5}"#),
                done
            ),
            text: "Fine."
        ),
        ServerStream(
            server: "Azure: cut off by the filter",
            body: stream(
                text("How to"),
                end("content_filter"),
                done
            ),
            text: "How to",
            ending: .cutOff(reason: "content_filter")
        ),
        ServerStream(
            server: "OpenAI: cut off by the limit, said twice",
            body: stream(
                text("A long"),
                end("length"),
                end("length"),
                done
            ),
            text: "A long",
            ending: .lengthLimit
        ),
        ServerStream(
            server: "Mistral: cut off by the window",
            body: stream(
                text("A long"),
                end("model_length"),
                done
            ),
            text: "A long",
            ending: .lengthLimit
        ),
        ServerStream(
            server: "DeepSeek: cut off by load, with comments that keep the connection open",
            body: stream(
                ": keep-alive\n\n",
                text("So"),
                ": keep-alive\n\n",
                end("insufficient_system_resource"),
                done
            ),
            text: "So",
            ending: .cutOff(reason: "insufficient_system_resource")
        ),
        ServerStream(
            server: "Ollama: an empty reason with each chunk, and the connection breaks",
            body: choice(#""index":0,"delta":{"content":"Half"},"finish_reason":"""#),
            text: "Half",
            isComplete: false
        ),
        ServerStream(
            server: "OpenRouter: comments, reasoning under two names",
            body: stream(
                ": OPENROUTER PROCESSING\n\n",
                choice(#""index":0,"delta":{"reasoning":"Hm","reasoning_content":"Hm","content":""}"#),
                text("Yes."),
                end("stop"),
                done
            ),
            text: "Yes.",
            reasoning: "Hm"
        ),
        ServerStream(
            server: "DeepSeek: reasoning, then content, usage with the end",
            body: stream(
                choice(#""index":0,"delta":{"content":null,"reasoning_content":"First"}"#),
                choice(#""index":0,"delta":{"content":null,"reasoning_content":", then"}"#),
                text("Yes."),
                #"data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"#,
                #""usage":{"prompt_tokens":1,"completion_tokens":9}}"#,
                "\n\n",
                done
            ),
            text: "Yes.",
            reasoning: "First, then",
            usage: Usage(inputTokens: 1, outputTokens: 9)
        ),
        ServerStream(
            server: "Mistral: parts of thought and text",
            body: stream(
                choice(
                    #""index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a greeting"}]}]}"#
                ),
                choice(#""index":0,"delta":{"content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]}"#),
                text("!"),
                end("stop"),
                done
            ),
            text: "Hello!",
            reasoning: "a greeting"
        ),
        ServerStream(
            server: "LM Studio: data without a blank, ends of two bytes, no end of the stream",
            body: stream(
                #"data:{"choices":[{"index":0,"delta":{"content":"日本"}}]}"#,
                "\r\n\r\n",
                #"data:{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
                "\r\n\r\n"
            ),
            text: "日本"
        ),
        ServerStream(
            server: "Moonshot: usage within the choice",
            body: stream(
                text("Hi"),
                choice(
                    #""index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":4,"completion_tokens":5}"#
                ),
                done
            ),
            text: "Hi",
            usage: Usage(inputTokens: 4, outputTokens: 5)
        ),
        ServerStream(
            server: "a proxy: events without data, and a marked end",
            body: stream(
                "data:\n\n",
                text("Hi"),
                "data: \n\nid: 3\nretry: 100\nevent: message\n",
                end("stop"),
                "data:  [DONE] \n\n"
            ),
            text: "Hi"
        ),
        ServerStream(
            server: "a proxy: no empty lines between the events",
            body: stream(text("Hi"), text("!"), end("stop"), done).replacing("\n\n", with: "\n"),
            text: "Hi!"
        ),
        ServerStream(
            server: "a proxy: a stream that is said to be a text",
            body: stream(
                text("Hi"),
                end("stop"),
                done
            ),
            text: "Hi",
            isEventStream: false
        ),
        ServerStream(
            server: "a server that does not stream, and says that it does",
            body: stream(
                #"{"choices":[{"index":0,"message":{"content":[{"type":"text","text":"All."}]},"#,
                #""finish_reason":"eos"}]}"#
            ),
            text: "All."
        ),
        ServerStream(
            server: "a server that does not stream, with calls",
            body: stream(
                #"{"choices":[{"index":0,"message":{"content":null,"tool_calls":[{"id":"a","type":"function","#,
                #""function":{"name":"x","arguments":"{\"n\":1}"}},{"id":"b","type":"function","#,
                #""function":{"name":"x","arguments":{"n":2}}}]},"finish_reason":"tool_calls"}]}"#
            ),
            calls: [Call("a", "x", #"{"n":1}"#), Call("b", "x", #"{"n":2}"#)],
            isEventStream: false
        ),
    ]

    /// Calls of tools.
    static let toolCalls: [ServerStream] = [
        ServerStream(
            server: "OpenAI: parallel calls, in pieces",
            body: stream(
                call(#""index":0,"id":"a","type":"function","function":{"name":"calculator","arguments":""}"#),
                call(#""index":0,"function":{"arguments":"{\"n\":"}"#),
                call(#""index":0,"function":{"arguments":"1}"}"#),
                call(#""index":1,"id":"b","type":"function","function":{"name":"clock","arguments":""}"#),
                call(#""index":1,"function":{"arguments":"{}"}"#),
                toolEnd
            ),
            calls: [Call("a", "calculator", #"{"n":1}"#), Call("b", "clock", "{}")]
        ),
        ServerStream(
            server: "OpenAI: nothing but null in what goes on",
            body: stream(
                call(#""index":0,"id":"a","type":"function","function":{"name":"x","arguments":""}"#),
                call(#""index":0,"id":null,"type":null,"function":{"name":null,"arguments":"{\"n\":1"}"#),
                call(#""index":0,"id":null,"function":{"name":null,"arguments":"}"}"#),
                call(#""index":0,"function":{"name":null,"arguments":null}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "Ollama: whole calls, all of one index",
            body: stream(
                call(#""id":"a","index":0,"type":"function","function":{"name":"calculator","arguments":"{\"n\":1}"}"#),
                call(#""id":"b","index":0,"type":"function","function":{"name":"calculator","arguments":"{\"n\":2}"}"#),
                call(#""id":"c","index":0,"type":"function","function":{"name":"clock","arguments":"{}"}"#),
                call(#""id":"d","index":0,"type":"function","function":{"name":"clock","arguments":"{}"}"#),
                toolEnd
            ),
            calls: [
                Call("a", "calculator", #"{"n":1}"#), Call("b", "calculator", #"{"n":2}"#), Call("c", "clock", "{}"),
                Call("d", "clock", "{}"),
            ]
        ),
        ServerStream(
            server: "Ollama, before: whole calls without an index",
            body: stream(
                call(#""id":"a","type":"function","function":{"name":"x","arguments":"{\"n\":1}"}"#),
                call(#""id":"b","type":"function","function":{"name":"x","arguments":"{\"n\":2}"}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#), Call("b", "x", #"{"n":2}"#)]
        ),
        ServerStream(
            server: "Ollama: an index and no id",
            body: stream(
                call(#""index":0,"function":{"name":"x","arguments":"{\"n\":1}"}"#),
                call(#""index":1,"function":{"name":"x","arguments":"{\"n\":2}"}"#),
                toolEnd
            ),
            calls: [Call(nil, "x", #"{"n":1}"#), Call(nil, "x", #"{"n":2}"#)]
        ),
        ServerStream(
            server: "a proxy: neither index nor id",
            body: stream(
                call(#""function":{"name":"clock","arguments":"{}"}"#),
                call(#""function":{"name":"clock","arguments":"{}"}"#),
                call(#""function":{"name":"x","arguments":"{\"n\":1}"}"#),
                toolEnd
            ),
            calls: [Call(nil, "clock", "{}"), Call(nil, "clock", "{}"), Call(nil, "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "vLLM, SGLang: one index, in pieces, the id again or empty",
            body: stream(
                call(#""index":0,"id":"0","function":{"name":"x","arguments":""}"#),
                call(#""index":0,"id":"0","function":{"name":null,"arguments":"{\"n\":1}"}"#),
                call(#""index":0,"id":"1","function":{"name":"x","arguments":""}"#),
                call(#""index":0,"id":"","function":{"arguments":"{\"n\":"}"#),
                call(#""index":0,"id":"","function":{"arguments":"2}"}"#),
                toolEnd
            ),
            calls: [Call("0", "x", #"{"n":1}"#), Call("1", "x", #"{"n":2}"#)]
        ),
        ServerStream(
            server: "vLLM: the name with each part",
            body: stream(
                call(#""index":0,"id":"a","function":{"name":"read_file","arguments":"{\"n\":"}"#),
                call(#""index":0,"function":{"name":"read_file","arguments":"\"x"}"#),
                call(#""index":0,"function":{"name":"read_file","arguments":"\"}"}"#),
                call(#""index":0,"function":{"name":"read_file","arguments":""}"#),
                toolEnd
            ),
            calls: [Call("a", "read_file", #"{"n":"x"}"#)]
        ),
        ServerStream(
            server: "vLLM, before: the name and another id with each part",
            body: stream(
                call(#""index":0,"id":"a","function":{"name":"x","arguments":"{\"n\":"}"#),
                call(#""index":0,"id":"b","function":{"name":"x","arguments":"1"}"#),
                call(#""index":0,"id":"c","function":{"name":"x","arguments":"}"}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "Poolside: another id with what goes on",
            body: stream(
                call(#""index":0,"id":"a","function":{"name":"x","arguments":""}"#),
                call(#""index":0,"id":"b","function":{"arguments":"{\"n\":"}"#),
                call(#""index":0,"id":"b","function":{"arguments":"1}"}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "LiteLLM: the id with each part, and all of it again at the end",
            body: stream(
                call(#""index":0,"id":"a","function":{"name":"x","arguments":"{\"n\":"}"#),
                call(#""index":0,"id":"a","function":{"arguments":"1}"}"#),
                call(#""index":0,"id":"a","function":{"name":"x","arguments":"\"{\\\"n\\\":1}\""}"#),
                call(#""index":0,"id":"a","function":{"name":"x","arguments":"{\"n\":1}"}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "Anthropic: an index from 1 on, and an empty object before the pieces",
            body: stream(
                text("Let me see."),
                call(#""index":1,"id":"a","function":{"name":"x","arguments":"{}"}"#),
                call(#""index":1,"function":{"arguments":"{\"n\""}"#),
                call(#""index":1,"function":{"arguments":":1}"}"#),
                toolEnd
            ),
            text: "Let me see.",
            calls: [Call("a", "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "Gemini: no index, a signature, stop as the reason",
            body: stream(
                call(
                    #""extra_content":{"google":{"thought_signature":"s"}},"function":{"arguments":"{\"n\":1}","name":"x"},"#,
                    #""id":"a","type":"function""#
                ),
                call(#""function":{"arguments":"{\"n\":2}","name":"x"},"id":"b","type":"function""#),
                end("stop"),
                done
            ),
            calls: [Call("a", "x", #"{"n":1}"#), Call("b", "x", #"{"n":2}"#)]
        ),
        ServerStream(
            server: "Mistral: all calls in one delta, objects as arguments",
            body: stream(
                call(
                    #""id":"a","function":{"name":"x","arguments":{"n":1.0}},"index":0},"#,
                    #"{"id":"b","function":{"name":"y","arguments":{}},"index":1"#
                ),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1.0}"#), Call("b", "y", "{}")]
        ),
        ServerStream(
            server: "a proxy: one id for all",
            body: stream(
                call(#""index":0,"id":"call","function":{"name":"x","arguments":"{}"}"#),
                call(#""index":1,"id":"call","function":{"name":"y","arguments":"{}"}"#),
                toolEnd
            ),
            calls: [Call("call", "x", "{}"), Call(nil, "y", "{}")]
        ),
        ServerStream(
            server: "a proxy: the name in pieces",
            body: stream(
                call(#""index":0,"id":"a","function":{"name":"get_","arguments":""}"#),
                call(#""index":0,"function":{"name":"weather"}"#),
                call(#""index":0,"function":{"arguments":"{}"}"#),
                toolEnd
            ),
            calls: [Call("a", "get_weather", "{}")]
        ),
        ServerStream(
            server: "a proxy: parts of two calls by turns, by their ids alone",
            body: stream(
                call(#""id":"a","function":{"name":"x","arguments":"{\"n\":"}"#),
                call(#""id":"b","function":{"name":"y","arguments":"{\"m\":"}"#),
                call(#""id":"a","function":{"arguments":"1}"}"#),
                call(#""id":"b","function":{"arguments":"2}"}"#),
                toolEnd
            ),
            calls: [Call("a", "x", #"{"n":1}"#), Call("b", "y", #"{"m":2}"#)]
        ),
        ServerStream(
            server: "llama-cpp-python, before: a call of a function",
            body: stream(
                choice(#""index":0,"delta":{"function_call":{"name":"x","arguments":"{\"n\":"}}"#),
                choice(#""index":0,"delta":{"function_call":{"arguments":"1}"}}"#),
                end("function_call"),
                done
            ),
            calls: [Call(nil, "x", #"{"n":1}"#)]
        ),
        ServerStream(
            server: "OpenAI: calls that the limit cut off",
            body: stream(
                text("Let me see."),
                call(#""index":0,"id":"a","function":{"name":"x","arguments":"{\"n\":"}"#),
                end("length"),
                done
            ),
            text: "Let me see.",
            ending: .lengthLimit
        ),
    ]

    /// Errors that come where an answer should.
    static let errors: [ServerStream] = [
        ServerStream(
            server: "vLLM: an error in the stream",
            body: stream(
                text("So"),
                #"data: {"object":"error","message":"Too long","type":"BadRequestError","code":400}"#,
                "\n\n",
                done
            ),
            text: "So",
            error: "Too long (BadRequestError)"
        ),
        ServerStream(
            server: "OpenRouter: an error beside the choices, with what the provider said",
            body: stream(
                text("So"),
                #"data: {"error":{"code":502,"message":"Provider returned error","metadata":"#,
                #"{"provider_name":"Acme","raw":"{\"error\":{\"message\":\"overloaded\"}}"}},"#,
                #""choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
                "\n\n"
            ),
            text: "So",
            error: "Provider returned error (Acme) overloaded"
        ),
        ServerStream(
            server: "OpenRouter: an error in the choice",
            body: choice(#""index":0,"delta":{"content":""},"error":{"code":429,"message":"Slow down"}"#),
            error: "Slow down"
        ),
        ServerStream(
            server: "LM Studio: an event that is an error",
            body: stream(
                "event: error\n",
                #"data: {"error":{"message":"Compute error."},"message":"Compute error."}"#,
                "\n\n"
            ),
            error: "Compute error."
        ),
        ServerStream(
            server: "llama.cpp, before: a field that is an error",
            body: stream(
                #"error: {"code":400,"message":"exceeds the context","type":"invalid_request_error"}"#,
                "\n\n",
                done
            ),
            error: "exceeds the context (invalid_request_error)"
        ),
        ServerStream(
            server: "a proxy: an event that is an error, in words",
            body: "event: error\ndata: upstream timeout\n\n",
            error: "upstream timeout"
        ),
        ServerStream(
            server: "Gemini: an array as a stream",
            body: #"[{"error":{"code":400,"message":"Unknown name","status":"INVALID_ARGUMENT"}}]"#,
            error: "Unknown name (INVALID_ARGUMENT)"
        ),
        ServerStream(
            server: "Azure: the filter of what was asked",
            body: stream(
                #"{"error":{"message":"Filtered.","type":null,"param":"prompt","code":"content_filter","status":400,"#,
                #""innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#
            ),
            error: "Filtered. (content_filter, ResponsibleAIPolicyViolation, prompt)"
        ),
    ]
}
