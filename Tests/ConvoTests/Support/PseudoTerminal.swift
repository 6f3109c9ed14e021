import Foundation

/// A terminal at which a command may think that a person sits.
final class PseudoTerminal {
    /// The end that the command writes to.
    let screen: FileHandle

    private let master: Int32

    /// Opens a terminal; what is written to it must fit into its buffer, some kilobytes.
    init(columns: UInt16) throws {
        var size = winsize()
        size.ws_col = columns
        size.ws_row = 25
        var (master, slave): (Int32, Int32) = (-1, -1)
        guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw POSIXError(.ENOTTY) }
        self.master = master
        screen = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    }

    deinit { close(master) }

    /// Returns what was written, once nobody writes any more; the terminal's line ends are those of a file again.
    func text() -> String {
        // Only when all writers are gone does the system report the end.
        try? screen.close()
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = part.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
