/// An error that says why a store could not save or load.
///
/// The code says what the caller can do. ``location`` and ``offset`` say where the failure is, and ``systemCall`` what
/// the system reported. An error never quotes the conversation.
public struct HistoryStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of a failure, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case conflict, damaged, notAHistory, newerVersion, wrongMessageType, undecodableMessage, tooLarge
            case notEncodable
            case notFound, alreadyExists, invalidName, permissionDenied, noSpace, busy, notDurable, io
        }
        private let value: Value

        /// Another writer has saved since this store last loaded or saved; nothing was changed.
        ///
        /// Load again, and repeat the changes that still apply.
        public static let conflict = Code(value: .conflict)

        /// The bytes of a stored history are not what was written.
        ///
        /// The history is never overwritten: restore a backup, or move the history aside.
        public static let damaged = Code(value: .damaged)

        /// The stored data is not a history.
        ///
        /// It is never overwritten: check the location.
        public static let notAHistory = Code(value: .notAHistory)

        /// A later version of this package wrote the history: update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The history holds messages of another type: load it as the type that the error names.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The history is intact, but one of its messages doesn't decode as the message type.
        ///
        /// The type has changed since the history was written: make it decode the earlier messages, too. Don't restore
        /// or move the history, which is never overwritten. ``HistoryStoreError/undecodableMessage`` names the message.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// The history, or an entry of it, exceeds the store's limits.
        public static let tooLarge = Code(value: .tooLarge)

        /// The snapshot contains a value that can't be stored.
        public static let notEncodable = Code(value: .notEncodable)

        /// The directory, the conversation, or another subject of the operation doesn't exist.
        public static let notFound = Code(value: .notFound)

        /// A conversation with this id already exists: choose another id.
        public static let alreadyExists = Code(value: .alreadyExists)

        /// The conversation id, or the name of the artifact or the owner, isn't allowed in a library.
        public static let invalidName = Code(value: .invalidName)

        /// The system, or the scope of a library, doesn't permit the operation.
        public static let permissionDenied = Code(value: .permissionDenied)

        /// There is no space left; the stored snapshot is unchanged.
        ///
        /// Save again when there is space.
        public static let noSpace = Code(value: .noSpace)

        /// Another process kept the history locked for longer than the store waits; nothing was changed.
        ///
        /// Try again.
        public static let busy = Code(value: .busy)

        /// The snapshot was written, or may have been, but the system didn't confirm that it is on stable storage.
        ///
        /// Save again.
        public static let notDurable = Code(value: .notDurable)

        /// The system failed in another way, which ``HistoryStoreError/systemCall`` describes.
        public static let io = Code(value: .io)

        /// The codes of a save that refused the snapshot before it wrote anything.
        fileprivate static let refusals: [Code] = [
            .conflict, .damaged, .notAHistory, .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge,
            .notEncodable, .alreadyExists, .invalidName,
        ]
    }

    /// Whether a save that throws this error refused the snapshot before it wrote anything.
    ///
    /// A failure that the system reports, such as a full disk, may come from a step after the decisive one.
    var isRefusal: Bool { Code.refusals.contains(code) || code == .notFound && systemCall == nil }

    /// The kind of the failure.
    public let code: Code

    /// The operation that failed, such as `"load"` or `"save"`.
    public let operation: String

    /// The path, or another name of the storage, without secrets.
    public let location: String

    /// The offset of the failure in the stored bytes, if it has one.
    public let offset: Int?

    /// The message that doesn't decode, with the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// The system call that failed, if there was one.
    public let systemCall: SystemCallError?

    /// A sentence that describes the failure, without the operation and the location.
    public let reason: String

    /// Creates an error, for a custom store.
    public init(
        _ code: Code,
        operation: String,
        location: String,
        offset: Int? = nil,
        undecodableMessage: UndecodableMessage? = nil,
        systemCall: SystemCallError? = nil,
        reason: String
    ) {
        self.code = code
        self.operation = operation
        self.location = location
        self.offset = offset
        self.undecodableMessage = undecodableMessage
        self.systemCall = systemCall
        self.reason = reason
    }

    /// The operation, the location and the reason, in a sentence.
    public var description: String {
        let call = systemCall.map { " (\($0))" } ?? ""
        let subject = Self.libraryOperations.contains(operation) ? "the library" : "the conversation"
        return "Could not \(operation) \(subject) at \(location): \(reason)\(call)"
    }

    /// The operations on a whole library.
    private static let libraryOperations: Set<String> = [
        "open", "list", "search", "count", "verify", "back up", "purge",
    ]
}

extension HistoryStoreError {
    /// Creates the error for a history that can't be decoded.
    package init(_ error: SnapshotDecodingError, operation: String, location: String) {
        let code: Code =
            switch error.code {
            case .notAHistory: .notAHistory
            case .newerVersion: .newerVersion
            case .wrongMessageType: .wrongMessageType
            case .undecodableMessage: .undecodableMessage
            case .tooLarge: .tooLarge
            default: .damaged
            }
        self.init(
            code,
            operation: operation,
            location: location,
            offset: error.offset,
            undecodableMessage: error.undecodableMessage,
            reason: error.description
        )
    }

    /// Creates the error for a snapshot that can't be encoded.
    package init(_ error: SnapshotError, operation: String, location: String) {
        let code: Code = error.code == .tooLarge ? .tooLarge : .notEncodable
        self.init(code, operation: operation, location: location, reason: error.description)
    }
}

/// A failed call to the system or to a database library.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat` or `sqlite3_step`.
    public let call: String

    /// The error number, such as `ENOSPC`, or the extended result code of SQLite; 0 if the call reported neither.
    public let errno: Int32

    /// The error code of a database server, such as `53100`; `nil` for other errors.
    public let sqlState: String?

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a custom store; the description must not quote stored data.
    public init(call: String, errno: Int32, description: String, sqlState: String? = nil) {
        self.call = call
        self.errno = errno
        self.description = description
        self.sqlState = sqlState
    }
}
