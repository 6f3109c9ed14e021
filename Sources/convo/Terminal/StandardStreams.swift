import Foundation

/// The standard input, output and error of the process.
enum StandardStreams {
    /// Opens a placeholder for each stream that was closed before the process started.
    ///
    /// Otherwise the next opened file, perhaps one of the library's, would get the descriptor and receive the output. A
    /// placeholder fails like a closed descriptor, because it is opened for the opposite direction.
    static func reserve() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
            guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
            // `open` returns the lowest free descriptor, which is this one, because the lower ones are taken.
            _ = open("/dev/null", mode)
        }
    }
}
