#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory

/// A connection that listens, on a thread of its own that waits for the socket.
actor PostgresListener {
    /// How long it is waited before a connection is made again, in milliseconds.
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

    /// Connects, so that whatever happens from now on is heard.
    func start() throws(PostgresFailure) {
        let session = try PostgresSession.connect(to: target, settings)
        let channel = PostgresSettings.quoted(settings.schema)
        _ = try session.run([PostgresCommand("LISTEN \(channel)", isKept: false)])
        self.session = session
    }

    /// Passes on what is heard until it is stopped; `nil` when something may not have been heard.
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
            // What came while it was looked at is taken before anything is waited for.
            let rest = session.takeNotices()
            for id in rest { hear(id) }
            guard rest.isEmpty else { continue }
            let socket = PQsocket(session.handle)
            bell.wait(or: socket, milliseconds: settings.quietMilliseconds)
            // A server that says nothing for long may be one that does not answer at all.
            if !bell.hasRung, !PostgresSystem.hasInput(socket), !session.answers { self.session = nil }
        }
        session = nil
    }

    /// Ends it, at once.
    nonisolated func stop() { bell.ring() }
}

extension PostgresSettings {
    /// How long nothing may be heard before the server is asked whether it is there.
    fileprivate var quietMilliseconds: Int32 { Int32(max(100, min(responseTimeout / .milliseconds(1), 1e9))) }
}

extension PostgresSession {
    /// Whether the server answers.
    fileprivate var answers: Bool {
        do throws(PostgresFailure) {
            _ = try run([PostgresCommand("SELECT 1", isKept: false)])
            return true
        } catch { return false }
    }

    /// Returns what has been heard; what cannot be read is something that may have changed.
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

/// Wakes a thread that waits for a socket, once.
final class WakePipe: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() { (reader, writer) = PostgresSystem.makePipe() }

    deinit {
        PostgresSystem.closeDescriptor(reader)
        PostgresSystem.closeDescriptor(writer)
    }

    /// Wakes who waits, now or later.
    func ring() { PostgresSystem.writeByte(to: writer) }

    /// Whether it was rung; without descriptors there is nothing to wait for either, and it counts as rung.
    var hasRung: Bool { reader < 0 || PostgresSystem.hasInput(reader) }

    /// Waits until it is rung, but no longer than this.
    func wait(milliseconds: Int32) { PostgresSystem.wait(forAny: reader, milliseconds: milliseconds) }

    /// Waits until it is rung or there is something to read, but no longer than this.
    func wait(or socket: Int32, milliseconds: Int32) {
        PostgresSystem.wait(forAny: reader, socket, milliseconds: milliseconds)
    }
}
#endif
