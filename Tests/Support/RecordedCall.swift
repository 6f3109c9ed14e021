/// One system call as ``FaultySystemCalls`` saw it.
package struct RecordedCall: Hashable, Sendable {
    /// Its place among all the calls, from 1.
    package let number: Int

    /// Its place among the calls of the same name, from 1.
    package let ordinal: Int

    /// The C function that it stands for, such as `pwrite`.
    package let name: String

    /// How many bytes it was asked to read or write; 0 for other calls.
    package let bytes: Int

    /// The name or path that it was given first, if it was given one.
    package let path: String?
}
