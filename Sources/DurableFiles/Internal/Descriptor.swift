/// An open file, closed exactly once.
struct Descriptor: ~Copyable, Sendable {
    /// The descriptor's number; negative once closed.
    private(set) var number: CInt

    private let calls: any SystemCalls

    /// Opens a file, repeating the call while signals interrupt it.
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

    /// Closes the file now, to report a failure: some file systems report a failed write only here.
    mutating func close() throws(SystemCallFailure) {
        let open = number
        guard open >= 0 else { return }
        number = -1
        do throws(SystemCallFailure) {
            try calls.closeDescriptor(open)
        } catch {
            // An interrupted close is not a failure: the descriptor is gone, and the system has the written bytes.
            guard error.errno == ErrorNumber.interrupted else { throw error }
        }
    }

    deinit {
        // Either nothing was written, or a failure is already being reported.
        if number >= 0 { try? calls.closeDescriptor(number) }
    }
}

/// An open regular file, with its identity when it was opened.
struct OpenedFile: ~Copyable {
    /// The descriptor of the file.
    var descriptor: Descriptor

    /// The identity and state of the file when it was opened.
    let identity: FileIdentity
}
