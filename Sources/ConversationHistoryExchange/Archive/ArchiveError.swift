public import ConversationHistory
import ConversationHistoryLibrary

/// An error that kept an archive, or a conversation in it, from being imported.
///
/// An error never contains text from a conversation.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, by how the caller can respond to it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case notAnArchive, damaged, cut, newerVersion, wrongMessageType, undecodableMessage, tooLarge
            case alreadyExists, invalidName, outsideOfScope, library
        }
        private let value: Value

        /// The bytes are not an archive; check the source.
        public static let notAnArchive = Code(value: .notAnArchive)

        /// Some of the bytes were changed; use another copy.
        public static let damaged = Code(value: .damaged)

        /// The end is missing; use a complete copy.
        public static let cut = Code(value: .cut)

        /// A later version of this package wrote the bytes; update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The conversations hold messages of another type.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The bytes are intact, but a message does not decode; make the message type decode its earlier form again.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// A line, a conversation or an artifact exceeds the limits; raise them if the size is expected.
        public static let tooLarge = Code(value: .tooLarge)

        /// The library has another conversation with this id; choose another ``ImportCollision``.
        public static let alreadyExists = Code(value: .alreadyExists)

        /// The library does not accept the conversation's id or an artifact's name.
        public static let invalidName = Code(value: .invalidName)

        /// The conversation's owner is outside the library's scope.
        public static let outsideOfScope = Code(value: .outsideOfScope)

        /// The library failed; ``ArchiveError/cause`` has the details.
        public static let library = Code(value: .library)
    }

    /// The kind of failure.
    public let code: Code

    /// The line of the failure, counted from 1.
    public let line: Int

    /// The offset of the failure, in bytes.
    public let offset: Int

    /// The message that does not decode, for the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// The library's error, if it threw one.
    public let cause: HistoryStoreError?

    /// A sentence that describes the failure.
    public let reason: String

    /// The work done before the failure; each conversation in the report is complete.
    public internal(set) var report = ImportReport()

    /// A sentence with the position and the reason.
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

    /// Returns this error with an earlier report in front of its own.
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

    /// Creates the error for a conversation, starting at a position, that the library failed to take.
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
    /// Whether permission was denied because of the owner, and not by a read-only file system.
    fileprivate var isAboutOwner: Bool {
        // A server's row-level security reports this state.
        systemCall == nil || systemCall?.sqlState == "42501"
    }
}
