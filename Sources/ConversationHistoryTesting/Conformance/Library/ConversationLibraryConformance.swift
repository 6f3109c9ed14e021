public import ConversationHistory
public import ConversationHistoryLibrary
public import Testing

/// The conformance suite that every `ConversationLibrary` should pass.
///
/// Say how an empty library is made, and how another instance over the same place is made, and run the suite in a test:
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
/// Each clause that fails is an issue of the test, at the line that calls ``run(sourceLocation:)``. What a library cannot
/// be asked is skipped, and the table that is printed says so: give the suite as much as the library allows.
///
/// | to be asked | give |
/// |---|---|
/// | A10, D1–D3, D5–D7, F1–F7, F9, F12, G1, G4, L1–L14, L16–L21, L23, L24 | nothing more |
/// | A9, D4, D8, D9 | `reopen` |
/// | F0, F10, F11, F13 | `faults` |
/// | L15 | ``asksForTooLargeArtifact`` as `true`, and 256 MiB of memory |
/// | L22 | ``backups`` |
///
/// An `InMemoryConversationLibrary` that is given the same data says what a search has to find. Export and import are
/// no verbs of the protocol, and are not asked.
public struct ConversationLibraryConformance<Library: ConversationLibrary>: Sendable
where Library.Message == ChatMessage {
    /// Ways to damage a library behind its back; what is `nil` is not asked.
    public struct Faults: Sendable {
        /// Makes the history of a conversation unreadable, and leaves what is known of it.
        public var damageHistory: (@Sendable (Library, ConversationID) async throws -> Void)?

        /// Puts things into the library's place that belong to no conversation.
        public var addStrays: (@Sendable (Library) async throws -> Void)?

        /// Removes whatever the library can make again out of the histories.
        public var loseIndex: (@Sendable (Library) async throws -> Void)?

        /// Changes the bytes of an artifact, the only one of its conversation.
        public var damageArtifact: (@Sendable (Library, ConversationID) async throws -> Void)?

        /// Creates the ways to damage a library.
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

    /// Where backups are made and how they are opened.
    public struct Backups: Sendable {
        /// Returns a path at which nothing stands yet, another one at each call.
        public var newPath: @Sendable () -> String

        /// Opens the library that a backup has made at a path.
        public var open: @Sendable (String) async throws -> any ConversationLibrary<ChatMessage>

        /// Says where backups are made and how they are opened.
        public init(
            newPath: @escaping @Sendable () -> String,
            open: @escaping @Sendable (String) async throws -> any ConversationLibrary<ChatMessage>
        ) {
            self.newPath = newPath
            self.open = open
        }
    }

    /// Where backups are made, for L22; it is not asked unless this is set.
    public var backups: Backups?

    /// How many conversations are listed for F1: 150 unless set.
    public var listedCount = 150

    /// Whether an artifact above the limit of 256 MiB is made and refused, for L15; not unless set.
    public var asksForTooLargeArtifact = false

    let make: @Sendable () async throws -> Library
    let reopen: (@Sendable (Library) async throws -> Library)?
    let faults: Faults

    /// Creates the suite.
    ///
    /// - Parameters:
    ///   - make: Returns a library at a fresh place, without conversations, whose scope is everyone.
    ///   - reopen: Returns another instance over the same place, with which the first one goes on being used; `nil` if
    ///     what is stored ends with its instance.
    ///   - faults: Ways to damage a library behind its back.
    public init(
        make: @escaping @Sendable () async throws -> Library,
        reopen: (@Sendable (Library) async throws -> Library)? = nil,
        faults: Faults = Faults()
    ) {
        self.make = make
        self.reopen = reopen
        self.faults = faults
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
    public func report() async -> ConformanceReport { await report { _ in true } }

    /// Runs some clauses of the suite, and returns what they found.
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
