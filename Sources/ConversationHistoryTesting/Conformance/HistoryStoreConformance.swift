public import ConversationHistory
import ConversationHistoryLibrary
public import Testing

/// The conformance suite that every `HistoryStore` should pass.
///
/// Say how a store is made, and how another instance at the same place is made, and run the suite in a test:
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
/// Each clause that fails is an issue of the test, at the line that calls ``run(sourceLocation:)``. What a store cannot
/// be asked is skipped, and the table that is printed says so: give the suite as much as the store allows.
///
/// | to be asked | give |
/// |---|---|
/// | A1–A8, A11–A14, B0, B5–B7, C6, D1, D2 | nothing more |
/// | A9 and D9 | `reopen` |
/// | D3 and D4 | `reopen`, and `detectsConflicts` as `true` |
/// | D10–D13 | `detectsConflicts` as `true` |
/// | B1, B2, B3, B8 | `raw` |
/// | D6, and with `reopen` D5 | `delete`, and `detectsConflicts` as `true` |
///
/// Two snapshots count as the same only if they are equal *and* are encoded as the same bytes: Swift takes a composed
/// and a decomposed "é" for the same text, and a model's prompt cache does not. A store that keeps the bytes of
/// `ConversationSnapshot.encoded(style:)`, or the snapshot itself, has nothing to fear from that.
public struct HistoryStoreConformance<Store: HistoryStore>: Sendable {
    /// The type of the messages.
    public typealias Message = Store.Message

    /// Access to what a store has written, behind its back.
    public struct RawAccess: Sendable {
        let read: @Sendable (Store) async throws -> [UInt8]
        let write: @Sendable (Store, [UInt8]) async throws -> Void
        let newerVersion: [UInt8]?

        /// Creates the access.
        ///
        /// - Parameters:
        ///   - newerVersion: Bytes of a version that the store cannot know yet; unless given, a history of this
        ///     package's form. `nil` if the form has no versions: B3 is then skipped.
        ///   - read: Returns the bytes at the store's place.
        ///   - write: Puts bytes in the place of all that is there.
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

    /// The seed of the generated snapshots: 1 unless set.
    public var seed: UInt64 = 1

    /// How many generated snapshots are saved for B0: 60 unless set.
    public var roundCount = 60

    /// The approximate size of the conversation of A11, in bytes: 10 MiB unless set.
    ///
    /// The entries of A13 and A14 are at most as large, or 256 KiB if this is less.
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
    ///   - samples: Messages of every kind that the type has, and with the strangest texts and numbers; at least one.
    ///   - detectsConflicts: Whether a save onto a state that the instance has not seen is refused. A store that says
    ///     `false` loses a change when two instances write, and should document it.
    ///   - make: Returns a store at a fresh place, where nothing was ever written.
    ///   - reopen: Returns another instance at the same place; `nil` if what is stored ends with its instance.
    ///   - raw: Access to the bytes that the store has written.
    ///   - delete: Removes what is stored, not through the store, so that nothing is there any more.
    ///   - errorCode: Tells what a failure is. Only needed if the failure is neither a `HistoryStoreError` nor a
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
        precondition(!samples.isEmpty, "At least one sample is needed.")
        self.samples = samples
        self.largeConversation = { byteCount in
            // A message takes about a hundred bytes beside its text.
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
    ///   - detectsConflicts: Whether a save onto a state that the instance has not seen is refused. A store that says
    ///     `false` loses a change when two instances write, and should document it.
    ///   - make: Returns a store at a fresh place, where nothing was ever written.
    ///   - reopen: Returns another instance at the same place; `nil` if what is stored ends with its instance.
    ///   - raw: Access to the bytes that the store has written.
    ///   - delete: Removes what is stored, not through the store, so that nothing is there any more.
    ///   - errorCode: Tells what a failure is. Only needed if the failure is neither a `HistoryStoreError` nor a
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

    /// Runs the suite in a test: prints the table, and records an issue for each clause that fails.
    ///
    /// - Parameter sourceLocation: Where the issues are shown; the line of the call unless given.
    /// - Returns: The report.
    @discardableResult
    public func run(sourceLocation: SourceLocation = #_sourceLocation) async -> ConformanceReport {
        let report = await report()
        report.record(at: sourceLocation)
        return report
    }

    /// Runs the suite and returns what it found, without printing or recording anything.
    public func report() async -> ConformanceReport {
        await ConformanceReport(of: Store.self, checks: checks)
    }

    /// Returns what is known of a failure's kind.
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
