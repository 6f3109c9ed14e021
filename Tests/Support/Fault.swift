/// What ``FaultySystemCalls`` makes of a call.
package enum Fault: Hashable, Sendable {
    /// The call does nothing and fails with an error number; `close` closes nonetheless, as the real one does.
    case fail(CInt)

    /// A read or write transfers only half of what it is asked to; any other call is made as usual.
    case short

    /// The process dies just before the call: neither this call nor any later one does anything.
    case stop
}
