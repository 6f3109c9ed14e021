/// Makes a call, repeating it while signals interrupt it.
///
/// Do not use it for `close`, after which the descriptor is gone, or for `renameat`, which may have succeeded.
func uninterrupted<Result>(
    _ call: () throws(SystemCallFailure) -> Result
) throws(SystemCallFailure) -> Result {
    while true {
        do throws(SystemCallFailure) {
            return try call()
        } catch {
            guard error.errno == ErrorNumber.interrupted else { throw error }
        }
    }
}

extension SystemCalls {
    /// The largest size of one read or write: some systems refuse more than `Int32.max` bytes.
    private var largestTransfer: Int { 1 << 30 }

    /// Writes all the bytes.
    ///
    /// - Parameter written: Grows by the size of each write, and is correct even if the call throws.
    func writeAll(
        _ descriptor: CInt,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64,
        written: inout Int64
    ) throws(SystemCallFailure) {
        var done = 0
        while done < bytes.count {
            let end = min(bytes.count, done + largestTransfer)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done..<end])
            let position = offset + Int64(done)
            let count = try uninterrupted { () throws(SystemCallFailure) in
                try write(descriptor, rest, at: position)
            }
            // Without this check, a write that neither writes nor fails would be repeated forever.
            guard count > 0 else { throw SystemCallFailure(call: "pwrite", errno: ErrorNumber.inputOutput) }
            done += count
            written += Int64(count)
        }
    }

    /// Reads until the buffer is full or the file ends, and returns the number of bytes read.
    func readFully(
        _ descriptor: CInt,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemCallFailure) -> Int {
        var done = 0
        while done < buffer.count {
            let end = min(buffer.count, done + largestTransfer)
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<end])
            let position = offset + Int64(done)
            let count = try uninterrupted { () throws(SystemCallFailure) in
                try read(descriptor, into: rest, at: position)
            }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
