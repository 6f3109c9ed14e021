import Synchronization

/// Something that is on or off, for closures that run elsewhere.
final class Toggle: Sendable {
    private let state = Mutex(false)

    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
