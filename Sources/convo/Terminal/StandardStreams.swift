import Foundation

/// Standard input, output and error of the process.
enum StandardStreams {
    /// Puts something in the place of each one that was closed before the process began.
    ///
    /// Otherwise the next file that is opened takes its number, and what is printed goes into that file: it may be the
    /// library's. What stands in fails, as a closed descriptor does: it can be read where it should be written.
    static func reserve() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
            guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
            // The lowest number that is free: this one, as those before it are taken.
            _ = open("/dev/null", mode)
        }
    }
}
