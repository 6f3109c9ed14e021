/// A fault that ``FaultySystemCalls`` injects into a call.
package enum Fault: Hashable, Sendable {
    /// The call does nothing and fails with an error number; `close` still closes, like the real call.
    case fail(CInt)

    /// A read or write transfers only half of the requested bytes; any other call is unaffected.
    case short

    /// Simulates the death of the process just before the call: this call and all later ones do nothing.
    case stop
}
