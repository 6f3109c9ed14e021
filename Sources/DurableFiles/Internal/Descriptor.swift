/// An open file, closed exactly once.
struct Descriptor: ~Copyable, Sendable {
    /// The descriptor's number; negative once closed.
    private(set) var number: CInt

    private let calls: any SystemCalls

    /// Opens a file, again for as long as a signal interrupts that.
    init(
        opening path: String,
        in directory: CInt?,
        for purpose: OpenPurpose,
        calls: any SystemCalls
    ) throws(SystemCallFailure) {
        self.number = try uninterrupted { () throws(SystemCallFailure) in
            try calls.open(path, in: directory, for: purpose)
        }
        self.calls = calls
    }

    /// Closes now, to learn whether that fails, which on some file systems is when a write does.
    mutating func close() throws(SystemCallFailure) {
        let open = number
        guard open >= 0 else { return }
        number = -1
        do throws(SystemCallFailure) {
            try calls.closeDescriptor(open)
        } catch {
            // Interrupted or not, the descriptor is gone, and what was written is with the system: that is no failure.
            guard error.errno == ErrorNumber.interrupted else { throw error }
        }
    }

    deinit {
        // Either nothing was written, or a failure is being reported already.
        if number >= 0 { try? calls.closeDescriptor(number) }
    }
}

/// A regular file that was opened, with what it was at that moment.
struct OpenedFile: ~Copyable {
    /// The open file.
    var descriptor: Descriptor

    /// Which file it is and in what state it was opened.
    let identity: FileIdentity
}
