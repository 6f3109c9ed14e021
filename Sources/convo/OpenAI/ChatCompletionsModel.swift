import ConversationHistory
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A model on a server with OpenAI's chat-completions API.
struct ChatCompletionsModel: LanguageModel {
    let endpoint: Endpoint
    let model: String

    /// The API key, which is used only in requests.
    let key: String?

    /// The maximum time without data from the server.
    let timeout: Duration

    func answer(
        _ messages: [ChatMessage],
        tools: [any Tool],
        receive: (AnswerPiece) throws -> Void
    ) async throws {
        let body = ChatRequest(model: model, messages: messages, tools: tools, server: endpoint.name).json
        do {
            try await self.receive(HTTPStream.events(of: request(body), timeout: timeout), receive)
        } catch let error as ServerError {
            throw error.cleaned(of: key)
        }
    }

    private func request(_ body: JSONValue) -> URLRequest {
        var request = URLRequest(url: endpoint.url)
        request.httpMethod = "POST"
        request.httpBody = Data(body.jsonString.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue("text/event-stream", forHTTPHeaderField: "Accept")
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        return request
    }

    private func receive(
        _ events: AsyncThrowingStream<HTTPStream.Event, any Error>,
        _ receive: (AnswerPiece) throws -> Void
    ) async throws {
        var answer = AnswerAssembler(server: endpoint.name)
        var body = AnswerBody()
        var status: Int?
        do {
            for try await event in events {
                switch event {
                case .head(let code, let isStream):
                    status = code
                    body.isEventStream = code != 200 ? false : isStream ? true : nil
                case .body(let bytes):
                    for data in try body.take(bytes) { for piece in try answer.take(data) { try receive(piece) } }
                }
                // Some servers leave the connection open after the end of the stream.
                if answer.hasEnded { break }
            }
        } catch let failure as HTTPStream.Failure {
            // A connection that fails after the complete answer is not an error.
            if !answer.isComplete || status == nil { throw error(failure, hasBegun: status != nil) }
        }
        // After a cancellation, the stream ends without an error.
        try Task.checkCancellation()
        guard status == 200 else { throw ServerError.refused(endpoint.name, status: status ?? 0, body: body.document) }
        for data in try body.finish() where !answer.hasEnded {
            for piece in try answer.take(data) { try receive(piece) }
        }
        if let usage = answer.usage { try receive(.usage(usage)) }
        guard answer.isComplete else { throw ServerError.incomplete(endpoint.name) }
        for piece in answer.toolCalls() { try receive(piece) }
    }

    private func error(_ failure: HTTPStream.Failure, hasBegun: Bool) -> ServerError {
        switch failure {
        case .timedOut: .timedOut(endpoint.name, timeout)
        case .unreachable: .unreachable(endpoint.name)
        case .insecure: .insecure(endpoint.name)
        case .disconnected: hasBegun ? .incomplete(endpoint.name) : .connectionFailed(endpoint.name)
        }
    }
}
