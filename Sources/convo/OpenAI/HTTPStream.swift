import ConversationHistory
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The answer to an HTTP request, piece by piece as it comes.
enum HTTPStream {
    /// What comes.
    enum Event: Sendable {
        /// The status, and whether the body is a stream of events. It comes first, and once.
        case head(status: Int, isEventStream: Bool)
        case body([UInt8])
    }

    /// Why the stream ended early.
    enum Failure: Error {
        /// Nothing has come for as long as that was waited for.
        case silent
        case unreachable
        case insecure
        case lost
    }

    /// Sends a request; it is taken back when nobody waits for the events any more.
    ///
    /// Redirections are not followed, as they could take the request's key to another server.
    static func events(of request: URLRequest, timeout: Duration) -> AsyncThrowingStream<Event, any Error> {
        AsyncThrowingStream { continuation in
            let configuration = URLSessionConfiguration.ephemeral
            // The receiver watches the time: this one is counted differently on each platform.
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
        private let lastSign = Lock(ContinuousClock.now)

        init(_ continuation: AsyncThrowingStream<Event, any Error>.Continuation) { self.continuation = continuation }

        /// Ends the stream when nothing has come for too long.
        func watch(_ timeout: Duration) async throws {
            while true {
                let end = lastSign.withLock { $0 } + timeout
                if ContinuousClock.now >= end {
                    continuation.finish(throwing: Failure.silent)
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
            lastSign.withLock { $0 = .now }
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            continuation.yield(.head(status: status, isEventStream: response.mimeType == "text/event-stream"))
            completionHandler(.allow)
        }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
            lastSign.withLock { $0 = .now }
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
            default: .lost
            }
        }
    }
}
