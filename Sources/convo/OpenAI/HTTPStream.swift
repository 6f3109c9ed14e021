import ConversationHistory
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The streamed answer to an HTTP request.
enum HTTPStream {
    /// A part of the answer.
    enum Event: Sendable {
        /// The status, and whether the body is a stream of events. This is always the first event.
        case head(status: Int, isEventStream: Bool)
        case body([UInt8])
    }

    /// The reason why the stream ended early.
    enum Failure: Error {
        /// The server sent nothing for the whole timeout.
        case timedOut
        case unreachable
        case insecure
        case disconnected
    }

    /// Sends a request, and cancels it when the consumer stops reading the events.
    ///
    /// Redirects are not followed, because they could send the API key to another server.
    static func events(of request: URLRequest, timeout: Duration) -> AsyncThrowingStream<Event, any Error> {
        AsyncThrowingStream { continuation in
            let configuration = URLSessionConfiguration.ephemeral
            // The receiver measures the timeout itself, because platforms measure this one differently.
            configuration.timeoutIntervalForRequest = 1e6
            let receiver = Receiver(continuation)
            let session = URLSession(configuration: configuration, delegate: receiver, delegateQueue: nil)
            let task = session.dataTask(with: request)
            let watch = Task { try await receiver.watch(timeout) }
            continuation.onTermination = { _ in
                watch.cancel()
                task.cancel()
                session.finishTasksAndInvalidate()
            }
            task.resume()
        }
    }

    private final class Receiver: NSObject, URLSessionDataDelegate, Sendable {
        private let continuation: AsyncThrowingStream<Event, any Error>.Continuation
        private let lastActivity = Lock(ContinuousClock.now)

        init(_ continuation: AsyncThrowingStream<Event, any Error>.Continuation) { self.continuation = continuation }

        /// Ends the stream when nothing has arrived for the whole timeout.
        func watch(_ timeout: Duration) async throws {
            while true {
                let end = lastActivity.withLock { $0 } + timeout
                if ContinuousClock.now >= end {
                    continuation.finish(throwing: Failure.timedOut)
                    return
                }
                try await Task.sleep(until: end)
            }
        }

        func urlSession(
            _ session: URLSession,
            dataTask: URLSessionDataTask,
            didReceive response: URLResponse,
            completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
        ) {
            lastActivity.withLock { $0 = .now }
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            continuation.yield(.head(status: status, isEventStream: response.mimeType == "text/event-stream"))
            completionHandler(.allow)
        }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
            lastActivity.withLock { $0 = .now }
            continuation.yield(.body([UInt8](data)))
        }

        func urlSession(
            _ session: URLSession,
            task: URLSessionTask,
            willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest,
            completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }

        func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
            continuation.finish(throwing: error.map(Self.failure))
        }

        private static func failure(_ error: any Error) -> Failure {
            switch (error as? URLError)?.code {
            case .cannotConnectToHost?, .cannotFindHost?, .dnsLookupFailed?, .notConnectedToInternet?: .unreachable
            case .secureConnectionFailed?, .serverCertificateUntrusted?, .serverCertificateHasBadDate?,
                .serverCertificateHasUnknownRoot?, .serverCertificateNotYetValid?:
                .insecure
            default: .disconnected
            }
        }
    }
}
