public import ConversationHistory
import ConversationHistoryLibrary
public import Testing

/// The conformance suite that every `HistoryStore` should pass.
///
/// Pass a closure that makes a store and one that makes another instance over the same storage, and run the suite in a
/// test:
///
/// ```swift
/// @Test func conformance() async {
///     await HistoryStoreConformance(
///         make: { MyStore(at: newPlace()) },
///         reopen: { MyStore(at: $0.place) }
///     ).run()
/// }
/// ```
///
/// Each failed clause is recorded as an issue of the test, at the line that calls ``run(sourceLocation:)``. Clauses
/// that can't be checked are skipped, and the printed table says why. Provide as much as the store allows:
///
/// | Clauses | Needs |
/// |---|---|
/// | A1–A8, A11–A14, B0, B5–B7, C6, D1, D2 | only `make` |
/// | A9 and D9 | `reopen` |
/// | D3 and D4 | `reopen`, and `detectsConflicts` as `true` |
/// | D10–D13 | `detectsConflicts` as `true` |
/// | B1, B2, B3, B8 | `raw` |
/// | D6, and with `reopen` D5 | `delete`, and `detectsConflicts` as `true` |
///
/// Two snapshots count as the same only if they are equal *and* their encoded bytes are the same. A composed and a
/// decomposed "é" are the same text to Swift, but not to a model's prompt cache. A store that keeps the bytes of
/// `ConversationSnapshot.encoded(style:)`, or the snapshot itself, meets this requirement.
public struct HistoryStoreConformance<Store: HistoryStore>: Sendable {
    /// The type of the messages.
    public typealias Message = Store.Message

    /// Direct access to the stored bytes, bypassing the store.
    public struct RawAccess: Sendable {
        let read: @Sendable (Store) async throws -> [UInt8]
        let write: @Sendable (Store, [UInt8]) async throws -> Void
        let newerVersion: [UInt8]?

        /// Creates the access.
        ///
        /// - Parameters:
        ///   - newerVersion: A history of a version that the store can't know yet. Defaults to one in this package's
        ///     form. Pass `nil` if the form has no versions; B3 is then skipped.
        ///   - read: Returns the stored bytes.
        ///   - write: Replaces all stored bytes.
        public init(
            newerVersion: [UInt8]? = SampleSnapshots.bytesOfNewerVersion,
            read: @escaping @Sendable (Store) async throws -> [UInt8],
            write: @escaping @Sendable (Store, [UInt8]) async throws -> Void
        ) {
            self.newerVersion = newerVersion
            self.read = read
            self.write = write
        }
    }

    /// The seed of the generated snapshots; defaults to 1.
    public var seed: UInt64 = 1

    /// The number of generated snapshots that B0 saves; defaults to 60.
    public var roundCount = 60

    /// The approximate size of the conversation of A11, in bytes; defaults to 10 MiB.
    ///
    /// It also limits the entries of A13 and A14, unless it is less than 256 KiB, which is then their limit.
    public var largeByteCount = 10 << 20

    let samples: [Message]
    let largeConversation: @Sendable (_ byteCount: Int) -> [Message]
    let make: @Sendable () async throws -> Store
    let reopen: (@Sendable (Store) async throws -> Store)?
    let raw: RawAccess?
    let delete: (@Sendable (Store) async throws -> Void)?
    let detectsConflicts: Bool
    private let customErrorCode: (@Sendable (Store.Failure) -> HistoryStoreError.Code?)?

    /// Creates the suite for a store of any message type.
    ///
    /// - Parameters:
    ///   - samples: Messages of every kind that the type has, with unusual texts and numbers; at least one.
    ///   - detectsConflicts: Whether the store refuses a save over a state that the instance neither loaded nor saved.
    ///     A store for which this is `false` loses changes when two instances write, and should document that.
    ///   - make: Returns a store over new storage, to which nothing was ever written.
    ///   - reopen: Returns another instance over the same storage; `nil` if the data ends with its instance.
    ///   - raw: Direct access to the stored bytes.
    ///   - delete: Deletes the stored data, bypassing the store.
    ///   - errorCode: Returns the code of a failure. Needed only if the failure is neither a `HistoryStoreError` nor a
    ///     `SnapshotDecodingError`.
    public init(
        samples: [Message],
        detectsConflicts: Bool = true,
        make: @escaping @Sendable () async throws -> Store,
        reopen: (@Sendable (Store) async throws -> Store)? = nil,
        raw: RawAccess? = nil,
        delete: (@Sendable (Store) async throws -> Void)? = nil,
        errorCode: (@Sendable (Store.Failure) -> HistoryStoreError.Code?)? = nil
    ) {
        precondition(!samples.isEmpty, "Pass at least one sample.")
        self.samples = samples
        self.largeConversation = { byteCount in
            // A message takes about a hundred bytes in addition to its text.
            var bytes = 0
            var messages: [Message] = []
            while messages.isEmpty || bytes < byteCount && messages.count < 20_000 {
                let message = samples[messages.count % samples.count]
                messages.append(message)
                bytes += 100 + message.searchableText.utf8.count
            }
            return messages
        }
        self.make = make
        self.reopen = reopen
        self.raw = raw
        self.delete = delete
        self.detectsConflicts = detectsConflicts
        self.customErrorCode = errorCode
    }

    /// Creates the suite for a store of `ChatMessage`s, with samples of every kind.
    ///
    /// - Parameters:
    ///   - detectsConflicts: Whether the store refuses a save over a state that the instance neither loaded nor saved.
    ///     A store for which this is `false` loses changes when two instances write, and should document that.
    ///   - make: Returns a store over new storage, to which nothing was ever written.
    ///   - reopen: Returns another instance over the same storage; `nil` if the data ends with its instance.
    ///   - raw: Direct access to the stored bytes.
    ///   - delete: Deletes the stored data, bypassing the store.
    ///   - errorCode: Returns the code of a failure. Needed only if the failure is neither a `HistoryStoreError` nor a
    ///     `SnapshotDecodingError`.
    public init(
        detectsConflicts: Bool = true,
        make: @escaping @Sendable () async throws -> Store,
        reopen: (@Sendable (Store) async throws -> Store)? = nil,
        raw: RawAccess? = nil,
        delete: (@Sendable (Store) async throws -> Void)? = nil,
        errorCode: (@Sendable (Store.Failure) -> HistoryStoreError.Code?)? = nil
    ) where Store.Message == ChatMessage {
        self.samples = SampleConversations.everyKindOfMessage
        self.largeConversation = { SampleConversations.large(byteCount: $0) }
        self.make = make
        self.reopen = reopen
        self.raw = raw
        self.delete = delete
        self.detectsConflicts = detectsConflicts
        self.customErrorCode = errorCode
    }

    /// Runs the suite in a test: prints the table, and records an issue for each failed clause.
    ///
    /// - Parameter sourceLocation: The location of the issues. Defaults to the line of the call.
    /// - Returns: The report.
    @discardableResult
    public func run(sourceLocation: SourceLocation = #_sourceLocation) async -> ConformanceReport {
        let report = await report()
        report.record(at: sourceLocation)
        return report
    }

    /// Runs the suite and returns the report, without printing or recording anything.
    public func report() async -> ConformanceReport {
        await ConformanceReport(of: Store.self, checks: checks)
    }

    /// Returns the code of an error, or `nil` if it is unknown.
    func errorCode(of error: any Error) -> HistoryStoreError.Code? {
        if let failure = error as? Store.Failure, let code = customErrorCode?(failure) { return code }
        if let error = error as? HistoryStoreError { return error.code }
        guard let error = error as? SnapshotDecodingError else { return nil }
        return switch error.code {
        case .newerVersion: .newerVersion
        case .notAHistory: .notAHistory
        case .wrongMessageType: .wrongMessageType
        case .undecodableMessage: .undecodableMessage
        case .tooLarge: .tooLarge
        default: .damaged
        }
    }

    /// Every clause with its check, in order.
    private var checks: [ConformanceReport.Check] {
        [
            (.a1, freshStoreLoadsNil), (.a2, loadsWhatWasSaved), (.a3, lastSaveWins), (.a4, storesShareNothing),
            (.a5, valuesAreCopies), (.a6, emptyIsNotNil), (.a7, savingAgainChangesNothing),
            (.a8, loadingChangesNothing),
            (.a9, survivesReopening), (.a11, largeConversationComesBack), (.a12, orderIsKept),
            (.a13, largestEntriesComeBack), (.a14, largerEntriesAreNotCut),
            (.b0, everySnapshotCanBeStored), (.b1, damageIsAnError), (.b2, damageIsNotWrittenOver),
            (.b3, newerVersionIsRefused), (.b5, unknownKindsAreKept), (.b6, unknownMembersAreKept),
            (.b7, loneSurrogatesAreKept), (.b8, anotherTypeIsNoDamage), (.c6, cancelledSaveIsAllOrNothing),
            (.d1, storesAreIndependentAcrossTasks),
            (.d2, oneTaskHasTheLastWord), (.d3, unseenStateIsAConflict), (.d4, retriedChangesAreNotLost),
            (.d5, recreatedIsAConflict), (.d6, deletedStaysDeleted), (.d9, instancesDoNotMix),
            (.d10, loadedSnapshotsAreToldApart), (.d11, looksChangeNothing), (.d12, beginningsAreToldApart),
            (.d13, copiesAreToldApart),
        ]
    }
}
