/// A system call that ``FaultySystemCalls`` recorded.
package struct RecordedCall: Hashable, Sendable {
    /// The number of the call among all calls, from 1.
    package let number: Int

    /// The number of the call among the calls with the same name, from 1.
    package let ordinal: Int

    /// The corresponding C function, such as `pwrite`.
    package let name: String

    /// The number of bytes requested to read or write; 0 for other calls.
    package let bytes: Int

    /// The first name or path among the arguments, if any.
    package let path: String?
}
