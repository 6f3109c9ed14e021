// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-conversation-history",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "ConversationHistory", targets: ["ConversationHistory"]),
        .library(name: "ConversationHistoryLibrary", targets: ["ConversationHistoryLibrary"]),
        .library(name: "ConversationHistoryExchange", targets: ["ConversationHistoryExchange"]),
        .library(name: "ConversationHistorySQLite", targets: ["ConversationHistorySQLite"]),
        .library(name: "ConversationHistoryPostgres", targets: ["ConversationHistoryPostgres"]),
        .library(name: "ConversationHistoryTesting", targets: ["ConversationHistoryTesting"]),
        .executable(name: "convo", targets: ["convo"]),
    ],
    traits: [
        // Off by default: without them the package builds with the toolchain alone.
        .trait(name: "SQLite", description: "Builds ConversationHistorySQLite over the system's libsqlite3."),
        .trait(name: "PostgreSQL", description: "Builds ConversationHistoryPostgres over the system's libpq."),
    ],
    dependencies: [],
    targets: [
        .target(name: "DurableFiles"),
        .target(name: "ConversationHistory", dependencies: ["DurableFiles"]),
        .target(name: "ConversationHistoryLibrary", dependencies: ["ConversationHistory", "DurableFiles"]),
        .target(
            name: "ConversationHistoryExchange",
            dependencies: ["ConversationHistory", "ConversationHistoryLibrary"]
        ),
        .target(name: "ConversationHistoryRows", dependencies: ["ConversationHistory", "ConversationHistoryLibrary"]),
        .systemLibrary(
            name: "CConversationHistorySQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]
        ),
        .target(
            name: "ConversationHistorySQLite",
            dependencies: [
                "ConversationHistory", "ConversationHistoryLibrary", "ConversationHistoryRows", "DurableFiles",
                .target(name: "CConversationHistorySQLite", condition: .when(traits: ["SQLite"])),
            ]
        ),
        .systemLibrary(
            name: "CConversationHistoryPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
        ),
        .target(
            name: "ConversationHistoryPostgres",
            dependencies: [
                "ConversationHistory", "ConversationHistoryLibrary", "ConversationHistoryRows",
                .target(name: "CConversationHistoryPostgres", condition: .when(traits: ["PostgreSQL"])),
            ]
        ),
        .target(
            name: "ConversationHistoryTesting",
            dependencies: ["ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary"]
        ),
        .executableTarget(
            name: "convo",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistoryPostgres", "ConversationHistorySQLite", "DurableFiles",
            ]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["ConversationHistory", "ConversationHistoryLibrary", "DurableFiles"],
            path: "Tests/Support"
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ConversationHistory", "ConversationHistoryLibrary", "ConversationHistoryPostgres",
                "ConversationHistorySQLite", "ConversationHistoryTesting", "DurableFiles", "TestSupport",
            ],
            path: "Tests/Benchmarks"
        ),
        .executableTarget(
            name: "Fuzzing",
            dependencies: ["ConversationHistory", "ConversationHistoryTesting", "TestSupport"],
            path: "Tests/Fuzzing"
        ),
        .executableTarget(
            name: "Examples",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistorySQLite",
            ],
            path: "Tests/Examples"
        ),
        .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryLibrary", "ConversationHistoryTesting", "TestSupport",
            ]
        ),
        .testTarget(
            name: "ConversationHistoryTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistoryRows", "ConversationHistoryTesting", "DurableFiles", "TestSupport",
            ]
        ),
        .testTarget(
            name: "ConversationHistoryLibraryTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistoryTesting", "DurableFiles", "TestSupport",
            ]
        ),
        .testTarget(
            name: "ConversationHistoryExchangeTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary", "TestSupport",
            ]
        ),
        .testTarget(
            name: "ConversationHistoryRowsTests",
            dependencies: ["ConversationHistory", "ConversationHistoryRows", "TestSupport"]
        ),
        .testTarget(
            name: "ConversationHistorySQLiteTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistoryRows", "ConversationHistorySQLite", "ConversationHistoryTesting", "DurableFiles",
                "TestSupport", .target(name: "CConversationHistorySQLite", condition: .when(traits: ["SQLite"])),
            ]
        ),
        .testTarget(
            name: "ConversationHistoryPostgresTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryLibrary", "ConversationHistoryPostgres",
                "ConversationHistoryTesting", "TestSupport",
                .target(name: "CConversationHistoryPostgres", condition: .when(traits: ["PostgreSQL"])),
            ]
        ),
        .testTarget(
            name: "ConversationHistoryTestingTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistoryTesting", "TestSupport",
            ]
        ),
        .testTarget(
            name: "FeatureTests",
            dependencies: [
                "Examples", "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "ConversationHistorySQLite", "ConversationHistoryPostgres", "TestSupport",
            ]
        ),
        .testTarget(
            name: "ConvoTests",
            dependencies: [
                "convo", "ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary",
                "DurableFiles", "TestSupport",
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Every target is built with the same flags; each upcoming feature is named by its proposal.
for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335
        .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
        .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
        .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
        .treatAllWarnings(as: .error),  // SE-0480; has no effect on packages that depend on this one
    ]
    target.swiftSettings = settings
}
