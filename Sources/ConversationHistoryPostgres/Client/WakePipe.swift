#if PostgreSQL
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
