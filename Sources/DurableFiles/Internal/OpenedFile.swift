/// A regular file that was opened, with what it was at that moment.
struct OpenedFile: ~Copyable {
    /// The open file.
    var descriptor: Descriptor

    /// Which file it is and in what state it was opened.
    let identity: FileIdentity
}
