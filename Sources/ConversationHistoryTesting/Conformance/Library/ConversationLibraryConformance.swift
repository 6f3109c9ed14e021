public import ConversationHistory
public import ConversationHistoryLibrary
public import Testing

/// The conformance suite that every `ConversationLibrary` should pass.
///
/// Pass a closure that makes an empty library and one that makes another instance over the same storage, and run the
/// suite in a test:
///
/// ```swift
/// @Test func conformance() async throws {
///     let suite = ConversationLibraryConformance(
///         make: { MyLibrary(at: newPlace()) },
///         reopen: { MyLibrary(at: $0.place) }
///     )
///     await suite.run()
///     try await suite.storeConformance().run()
/// }
/// ```
///
/// Each failed clause is recorded as an issue of the test, at the line that calls ``run(sourceLocation:)``. Clauses
/// that can't be checked are skipped, and the printed table says why. Provide as much as the library allows:
///
/// | Clauses | Needs |
/// |---|---|
/// | A10, D1–D3, D5–D7, F1–F7, F9, F12, G1, G4, L1–L14, L16–L21, L23, L24 | only `make` |
/// | A9, D4, D8, D9 | `reopen` |
/// | F0, F10, F11, F13 | `faults` |
/// | L15 | ``asksForTooLargeArtifact`` as `true`, and 256 MiB of memory |
/// | L22 | ``backups`` |
///
/// A search must find what an `InMemoryConversationLibrary` with the same data finds. Export and import are not part of
/// the protocol, and are not checked.
public struct ConversationLibraryConformance<Library: ConversationLibrary>: Sendable
where Library.Message == ChatMessage {
    /// Closures that damage a library's storage; a check is skipped if its closure is `nil`.
    public struct Faults: Sendable {
        /// Makes the history of a conversation unreadable, but leaves its attributes.
        public var damageHistory: (@Sendable (Library, ConversationID) async throws -> Void)?

        /// Adds foreign files, which belong to no conversation, to the library's storage.
        public var addStrays: (@Sendable (Library) async throws -> Void)?

        /// Removes everything that the library can rebuild from the histories.
        public var loseIndex: (@Sendable (Library) async throws -> Void)?

        /// Changes the bytes of a conversation's only artifact.
        public var damageArtifact: (@Sendable (Library, ConversationID) async throws -> Void)?

        /// Creates the closures that damage a library.
        public init(
            damageHistory: (@Sendable (Library, ConversationID) async throws -> Void)? = nil,
            addStrays: (@Sendable (Library) async throws -> Void)? = nil,
            loseIndex: (@Sendable (Library) async throws -> Void)? = nil,
            damageArtifact: (@Sendable (Library, ConversationID) async throws -> Void)? = nil
        ) {
            self.damageHistory = damageHistory
            self.addStrays = addStrays
            self.loseIndex = loseIndex
            self.damageArtifact = damageArtifact
        }
    }

    /// Closures that name and open backups.
    public struct Backups: Sendable {
        /// Returns an unused path, which is different at each call.
        public var newPath: @Sendable () -> String

        /// Opens the backup at a path as a library.
        public var open: @Sendable (String) async throws -> any ConversationLibrary<ChatMessage>

        /// Creates the closures that name and open backups.
        public init(
            newPath: @escaping @Sendable () -> String,
            open: @escaping @Sendable (String) async throws -> any ConversationLibrary<ChatMessage>
        ) {
            self.newPath = newPath
            self.open = open
        }
    }

    /// The closures that name and open backups, for L22, which is skipped if this is `nil`.
    public var backups: Backups?

    /// The number of conversations that F1 lists; defaults to 150.
    public var listedCount = 150

    /// Whether to check L15 with an artifact above the limit of 256 MiB; defaults to `false`.
    public var asksForTooLargeArtifact = false

    let make: @Sendable () async throws -> Library
    let reopen: (@Sendable (Library) async throws -> Library)?
    let faults: Faults

    /// Creates the suite.
    ///
    /// - Parameters:
    ///   - make: Returns an empty library over new storage, without a scope.
    ///   - reopen: Returns another instance over the same storage, while the first one stays in use; `nil` if the data
    ///     ends with its instance.
    ///   - faults: Closures that damage a library's storage.
    public init(
        make: @escaping @Sendable () async throws -> Library,
        reopen: (@Sendable (Library) async throws -> Library)? = nil,
        faults: Faults = Faults()
    ) {
        self.make = make
        self.reopen = reopen
        self.faults = faults
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
    public func report() async -> ConformanceReport { await report { _ in true } }

    /// Runs some clauses of the suite and returns the report.
    package func report(asking isAsked: (ConformanceClause) -> Bool) async -> ConformanceReport {
        await ConformanceReport(of: Library.self, checks: checks.filter { isAsked($0.clause) })
    }

    /// Every clause with its check, in order.
    private var checks: [ConformanceReport.Check] {
        [
            (.l1, createsOnce), (.l2, attributesComeBack), (.l3, listsAreFiltered), (.l4, listsAreOrdered),
            (.l5, attributesAreSetBesideAnOpenStore), (.l6, partsAreRead), (.l7, entriesAreAppended),
            (.l8, unstorableIsRefused), (.l9, trashIsOutOfReach), (.l10, restoredIsAsItWas),
            (.l11, searchesAreNarrowed), (.l12, searchFindsWhatIsSaidNow), (.l13, artifactsComeBack),
            (.l14, artifactsAreListedAndRemoved), (.l15, tooLargeArtifactIsRefused), (.l16, statisticsCount),
            (.l17, soundLibraryHasNoProblems), (.l18, conversationsWork), (.l19, firstSaveCreates),
            (.l20, savedComesBackEqual), (.l21, contentsAreWhole), (.l22, backupsAreWhole),
            (.l23, infiniteDatesAreRefused), (.l24, ownersAreBounded), (.a9, otherInstanceSeesAll),
            (.a10, namesAreBytes),
            (.d1, tasksLoseNothing), (.d2, oneTaskHasTheLastWord), (.d3, unseenStateIsAConflict),
            (.d4, retriedChangesAreNotLost), (.d5, recreatedIsAConflict), (.d6, deletedStaysDeleted),
            (.d7, openListStopsNobody), (.d8, writersWait), (.d9, instancesDoNotMix),
            (.f0, damageDoesNotEmptyTheList), (.f1, manyAreListed), (.f2, pagesStayRight), (.f3, scopesAreSealed),
            (.f4, purgeCascades), (.f5, forksAreWhole), (.f6, rewindKeepsWhatItCut), (.f7, searchesFindTheSame),
            (.f9, purgeReports), (.f10, indexIsMadeAgain), (.f11, damageIsReported),
            (.f12, changedListEnds), (.f13, damagedArtifactIsAPart), (.g1, strangeUnitsAreKept),
            (.g4, metacharactersHaveNoMeaning),
        ]
    }
}
