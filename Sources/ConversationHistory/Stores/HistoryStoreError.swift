/// Why a store could not save or load.
///
/// The code says what can be done; ``location`` and ``offset`` say where, ``systemCall`` what the system said. Nothing
/// in an error is taken from the conversation.
public struct HistoryStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case conflict, damaged, notAHistory, newerVersion, wrongMessageType, undecodableMessage, tooLarge
            case notEncodable
            case notFound, alreadyExists, invalidName, permissionDenied, noSpace, busy, notDurable, io
        }
        private let value: Value

        /// Someone else has written since this store last loaded or saved; nothing was changed.
        ///
        /// Load again.
        public static let conflict = Code(value: .conflict)

        /// The bytes of a stored history are not what was written.
        ///
        /// It is not written over: restore it, or move it aside.
        public static let damaged = Code(value: .damaged)

        /// What is stored is something else.
        ///
        /// It is not written over: look whether the location is right.
        public static let notAHistory = Code(value: .notAHistory)

        /// A later version of this package has written the history: update the package.
        public static let newerVersion = Code(value: .newerVersion)

        /// The history holds messages of another type, by its name: read it as that type.
        public static let wrongMessageType = Code(value: .wrongMessageType)

        /// The history is intact, and one of its messages does not decode as the type.
        ///
        /// The type has changed since it was written: let it decode that too. Nothing is to be restored or moved; it is
        /// not written over. ``HistoryStoreError/undecodableMessage`` says which message it is.
        public static let undecodableMessage = Code(value: .undecodableMessage)

        /// The history, or an entry of it, is larger than the store's limits.
        public static let tooLarge = Code(value: .tooLarge)

        /// The snapshot holds something that cannot be stored.
        public static let notEncodable = Code(value: .notEncodable)

        /// The directory, the conversation, or whatever else it is about, is not there.
        public static let notFound = Code(value: .notFound)

        /// There is a conversation of this id already: choose another id.
        public static let alreadyExists = Code(value: .alreadyExists)

        /// The id of a conversation, or the name of an artifact or an owner, is not one that a library accepts.
        public static let invalidName = Code(value: .invalidName)

        /// The system does not allow it.
        public static let permissionDenied = Code(value: .permissionDenied)

        /// There is no room; the stored snapshot is as it was.
        ///
        /// Save again when there is.
        public static let noSpace = Code(value: .noSpace)

        /// Another process kept the history locked for longer than the store waits; nothing was changed.
        ///
        /// Try again.
        public static let busy = Code(value: .busy)

        /// The snapshot was written, or may have been, but the system did not confirm that it is on stable storage.
        ///
        /// Save again.
        public static let notDurable = Code(value: .notDurable)

        /// The system failed in another way; ``HistoryStoreError/systemCall`` says how.
        public static let io = Code(value: .io)

        /// Those of a save that has refused the snapshot before it wrote anything.
        fileprivate static let refusals: [Code] = [
            .conflict, .damaged, .notAHistory, .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge,
            .notEncodable, .alreadyExists, .invalidName,
        ]
    }

    /// Whether a save that throws this has refused the snapshot before it wrote anything.
    ///
    /// What the system reports, such as a lack of room, may be about a step behind the one that counts.
    var isRefusal: Bool { Code.refusals.contains(code) || code == .notFound && systemCall == nil }

    /// What kind of failure it is.
    public let code: Code

    /// What was to be done: `"load"`, `"save"`.
    public let operation: String

    /// Where: a path, or another name of the place without any secret.
    public let location: String

    /// The number of bytes before the place where it was found, if it has one.
    public let offset: Int?

    /// The message that does not decode, with the code `undecodableMessage`.
    public let undecodableMessage: UndecodableMessage?

    /// What the system said, if a system call failed.
    public let systemCall: SystemCallError?

    /// What went wrong, in a sentence without the operation and the location.
    public let reason: String

    /// Creates an error, for a store of one's own.
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

    /// What is done with a whole library.
    private static let libraryOperations: Set<String> = [
        "open", "list", "search", "count", "verify", "back up", "purge",
    ]
}

extension HistoryStoreError {
    /// Creates the error that a history that cannot be read means.
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

    /// Creates the error that a snapshot that cannot be written means.
    package init(_ error: SnapshotError, operation: String, location: String) {
        let code: Code = error.code == .tooLarge ? .tooLarge : .notEncodable
        self.init(code, operation: operation, location: location, reason: error.description)
    }
}

/// The call to the system or to a database's library behind an error.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat` or `sqlite3_step`.
    public let call: String

    /// The number of the error, such as `ENOSPC`; of a SQLite call, its extended result code; 0 if it has none.
    public let errno: Int32

    /// The code of a database server's error, such as `53100`; `nil` if it is not of one.
    public let sqlState: String?

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a store of one's own; the description must hold nothing of what is stored.
    public init(call: String, errno: Int32, description: String, sqlState: String? = nil) {
        self.call = call
        self.errno = errno
        self.description = description
        self.sqlState = sqlState
    }
}
