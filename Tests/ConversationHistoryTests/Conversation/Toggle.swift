import ConversationHistory

/// Something that is on or off, for closures that run elsewhere.
final class Toggle: Sendable {
    private let state = Lock(false)

    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
