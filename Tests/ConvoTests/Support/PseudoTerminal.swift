import Foundation

/// A terminal at which a command may think that a person sits.
final class PseudoTerminal {
    /// The end that the command reads from and writes to.
    let screen: FileHandle

    private let master: Int32
    private var bytes: [UInt8] = []

    /// Opens a terminal that doesn't show what is typed.
    ///
    /// What is written must fit into its buffer, some kilobytes, which ``shown`` empties.
    init(columns: UInt16) throws {
        var size = winsize()
        size.ws_col = columns
        size.ws_row = 25
        var (master, slave): (Int32, Int32) = (-1, -1)
        guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw POSIXError(.ENOTTY) }
        self.master = master
        screen = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        var settings = termios()
        guard tcgetattr(slave, &settings) == 0 else { throw POSIXError(.ENOTTY) }
        settings.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(slave, TCSANOW, &settings) == 0 else { throw POSIXError(.ENOTTY) }
    }

    deinit { close(master) }

    /// Types a text; the input ends with U+0004 at the start of a line.
    func type(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(master, bytes, bytes.count) == bytes.count else { throw POSIXError(.EIO) }
    }

    /// The text that was written so far.
    var shown: String {
        var state = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        while poll(&state, 1, 0) == 1, receive() {}
        return decoded
    }

    /// Returns what was written, once nobody writes any more; the terminal's line ends are those of a file again.
    func text() -> String {
        // Only when all writers are gone does the system report the end.
        try? screen.close()
        while receive() {}
        return decoded
    }

    private var decoded: String { String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n") }

    private func receive() -> Bool {
        var part = [UInt8](repeating: 0, count: 4096)
        let count = part.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
        guard count > 0 else { return false }
        bytes += part[..<count]
        return true
    }
}
