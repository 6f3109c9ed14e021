#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory

/// A connection that listens for notifications, on its own thread, which waits for the socket.
actor PostgresListener {
    /// The delay before a reconnection, in milliseconds.
    private static let pause: Int32 = 200

    private let target: PostgresTarget
    private let settings: PostgresSettings
    private let executor = BlockingExecutor(label: "conversation-history.postgres.listener")
    private let bell = WakePipe()
    private var session: PostgresSession?

    init(_ target: PostgresTarget, _ settings: PostgresSettings) {
        self.target = target
        self.settings = settings
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects and subscribes, so that all later notifications arrive.
    func start() throws(PostgresFailure) {
        let session = try PostgresSession.connect(to: target, settings)
        let channel = PostgresSettings.quoted(settings.schema)
        _ = try session.run([PostgresCommand("LISTEN \(channel)", isKept: false)])
        self.session = session
    }

    /// Passes on notifications until it is stopped, and `nil` after a gap in which some may have been lost.
    func run(_ hear: @Sendable (ConversationID?) -> Void) {
        while !bell.hasRung {
            guard let session else {
                do throws(PostgresFailure) {
                    try start()
                    hear(nil)
                } catch { bell.wait(milliseconds: Self.pause) }
                continue
            }
            for id in session.takeNotices() { hear(id) }
            guard session.isAlive else {
                self.session = nil
                continue
            }
            // The check may have read notifications, which no longer make the socket readable.
            let rest = session.takeNotices()
            for id in rest { hear(id) }
            guard rest.isEmpty else { continue }
            let socket = PQsocket(session.handle)
            bell.wait(or: socket, milliseconds: settings.quietMilliseconds)
            // After a long silence, only a request shows whether the server still responds.
            if !bell.hasRung, !PostgresSystem.hasInput(socket), !session.answers { self.session = nil }
        }
        session = nil
    }

    /// Stops listening at once.
    nonisolated func stop() { bell.ring() }
}

extension PostgresSettings {
    /// The silence after which the server is checked.
    fileprivate var quietMilliseconds: Int32 { Int32(max(100, min(responseTimeout / .milliseconds(1), 1e9))) }
}

extension PostgresSession {
    /// Whether the server responds.
    fileprivate var answers: Bool {
        do throws(PostgresFailure) {
            _ = try run([PostgresCommand("SELECT 1", isKept: false)])
            return true
        } catch { return false }
    }

    /// Returns the received notifications; `nil` stands for one with an unreadable id, so that any may have changed.
    fileprivate func takeNotices() -> [ConversationID?] {
        var ids: [ConversationID?] = []
        while let notice = PQnotifies(handle) {
            ids.append(Self.id(String(cString: notice.pointee.extra)))
            PQfreemem(notice)
        }
        return ids
    }

    private static func id(_ text: String) -> ConversationID? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        return String(validating: bytes, as: UTF8.self).map { ConversationID($0) }
    }
}

/// A pipe that wakes a thread that waits for a socket, once.
final class WakePipe: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() { (reader, writer) = PostgresSystem.makePipe() }

    deinit {
        PostgresSystem.closeDescriptor(reader)
        PostgresSystem.closeDescriptor(writer)
    }

    /// Wakes the waiting thread, or the next one that waits.
    func ring() { PostgresSystem.writeByte(to: writer) }

    /// Whether the pipe was rung; `true` if the pipe has no descriptors, because no thread could wait for it.
    var hasRung: Bool { reader < 0 || PostgresSystem.hasInput(reader) }

    /// Waits until the pipe is rung or the time is over.
    func wait(milliseconds: Int32) { PostgresSystem.wait(forAny: reader, milliseconds: milliseconds) }

    /// Waits until the pipe is rung, the socket has input, or the time is over.
    func wait(or socket: Int32, milliseconds: Int32) {
        PostgresSystem.wait(forAny: reader, socket, milliseconds: milliseconds)
    }
}
#endif
