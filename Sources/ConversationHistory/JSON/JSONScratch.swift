// Unsafe pointers: the reader writes unescaped strings here eight bytes at a time.

/// Memory in which a `JSONReader` puts a string together, shared by copies of the reader.
///
/// The properties are constants, so reading them costs no exclusivity check; growing makes a new object.
package final class JSONScratch {
    let start: UnsafeMutableRawPointer
    let capacity: Int

    init(capacity: Int) {
        start = .allocate(byteCount: capacity, alignment: 8)
        self.capacity = capacity
    }

    deinit {
        start.deallocate()
    }
}
