public import ConversationHistory
import ConversationHistoryLibrary

/// Why an archive, or a conversation in it, was not imported.
///
/// Nothing in an error is taken from what was said.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case notAnArchive, damaged, cut, newerVersion, wrongMessageType, undecodableMessage, tooLarge
            case alreadyExists, invalidName, outsideOfScope, library
        }
        private let value: Value

        /// The bytes are something else: look whether they are the ones that were meant.
        public static let notAnArchive = Code(value: .notAnArchive)

        /// Some of the bytes were changed: take another copy.
        public static let damaged = Code(value: .damaged)

        /// The end is missing: take a whole copy.
        public static let cut = Code(value: .cut)

        /// A later version of this package wrote the bytes: update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The conversations hold messages of another type.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The bytes are intact, and a message does not decode as the type: let it decode what it did when that was written.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// A line, a conversation or an artifact is larger than the limits: give wider ones if it may be so large.
        public static let tooLarge = Code(value: .tooLarge)

        /// The library has another conversation of this id: choose another ``ImportCollision``.
        public static let alreadyExists = Code(value: .alreadyExists)

        /// The id of the conversation, or the name of an artifact, is not one that a library accepts.
        public static let invalidName = Code(value: .invalidName)

        /// The conversation belongs to someone outside of the library's scope.
        public static let outsideOfScope = Code(value: .outsideOfScope)

        /// The library failed; ``ArchiveError/cause`` says how.
        public static let library = Code(value: .library)
    }

    /// What kind of failure it is.
    public let code: Code

    /// The line, counted from 1.
    public let line: Int

    /// The number of bytes before the place where it was found.
    public let offset: Int

    /// The message that does not decode, with the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// What the library threw, if it did.
    public let cause: HistoryStoreError?

    /// What is wrong, in a sentence.
    public let reason: String

    /// What had been done before; each conversation that it names is whole.
    public internal(set) var report = ImportReport()

    /// The place and the reason, in a sentence.
    public var description: String {
        "Could not import line \(line) (byte \(offset)): \(reason)\(cause.map { " \($0)" } ?? "")"
    }

    init(
        _ code: Code,
        line: Int,
        offset: Int,
        undecodableMessage: UndecodableMessage? = nil,
        cause: HistoryStoreError? = nil,
        _ reason: String
    ) {
        self.code = code
        self.undecodableMessage = undecodableMessage
        self.line = line
        self.offset = offset
        self.cause = cause
        self.reason = reason
    }

    /// Returns this error with a report of what had been done before all that it reports itself.
    package func after(_ earlier: ImportReport) -> ArchiveError {
        var error = self
        error.report = earlier
        error.report.append(report)
        return error
    }

    init(_ error: SnapshotDecodingError, line: Int) {
        let code: Code =
            switch error.code {
            case .notAHistory: .notAnArchive
            case .newerVersion: .newerVersion
            case .wrongMessageType: .wrongMessageType
            case .undecodableMessage: .undecodableMessage
            case .tooLarge: .tooLarge
            default: .damaged
            }
        self.init(
            code,
            line: line,
            offset: error.offset,
            undecodableMessage: error.undecodableMessage,
            error.description
        )
    }

    /// A failure of the library to take a conversation that begins at a place.
    init(_ error: HistoryStoreError, line: Int, offset: Int) {
        let (code, reason): (Code, String) =
            switch error.code {
            case .permissionDenied where error.isAboutOwner:
                (.outsideOfScope, "The owner is outside of the scope of the library.")
            case .invalidName: (.invalidName, "An id or a name is not one that a library accepts.")
            case .tooLarge: (.tooLarge, "The library does not take anything so large.")
            case .conflict, .alreadyExists: (.alreadyExists, "The library has another conversation of this id.")
            default: (.library, "The library failed.")
            }
        self.init(code, line: line, offset: offset, cause: error, reason)
    }
}

extension HistoryStoreError {
    /// Whether the owner is what is not permitted, and not the system that only lets files be read.
    fileprivate var isAboutOwner: Bool {
        // By what a server's rules for rows answer with.
        systemCall == nil || systemCall?.sqlState == "42501"
    }
}
