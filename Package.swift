// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-conversation-history",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "ConversationHistory", targets: ["ConversationHistory"]),
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
        .systemLibrary(
            name: "CConversationHistorySQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]
        ),
        .target(
            name: "ConversationHistorySQLite",
            dependencies: [
                "ConversationHistory", "DurableFiles",
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
                "ConversationHistory",
                .target(name: "CConversationHistoryPostgres", condition: .when(traits: ["PostgreSQL"])),
            ]
        ),
        .target(name: "ConversationHistoryTesting", dependencies: ["ConversationHistory"]),
        .executableTarget(
            name: "convo",
            dependencies: [
                "ConversationHistory", "ConversationHistoryPostgres", "ConversationHistorySQLite", "DurableFiles",
            ]
        ),
        .target(name: "TestSupport", dependencies: ["ConversationHistory", "DurableFiles"], path: "Tests/Support"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ConversationHistory", "ConversationHistoryPostgres", "ConversationHistorySQLite",
                "ConversationHistoryTesting", "DurableFiles", "TestSupport",
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
            dependencies: ["ConversationHistory", "ConversationHistorySQLite"],
            path: "Tests/Examples"
        ),
        .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles", "TestSupport"]),
        .testTarget(
            name: "DocumentationTests",
            dependencies: ["ConversationHistory", "ConversationHistoryTesting", "TestSupport"]
        ),
        .testTarget(
            name: "ConversationHistoryTests",
            dependencies: ["ConversationHistory", "ConversationHistoryTesting", "TestSupport"]
        ),
        .testTarget(
            name: "ConversationHistorySQLiteTests",
            dependencies: [
                "ConversationHistory", "ConversationHistorySQLite", "ConversationHistoryTesting", "DurableFiles",
                "TestSupport",
                .target(name: "CConversationHistorySQLite", condition: .when(traits: ["SQLite"])),
            ]
        ),
        .testTarget(
            name: "ConversationHistoryPostgresTests",
            dependencies: [
                "ConversationHistory", "ConversationHistoryPostgres", "ConversationHistoryTesting", "TestSupport",
                .target(name: "CConversationHistoryPostgres", condition: .when(traits: ["PostgreSQL"])),
            ]
        ),
        .testTarget(
            name: "ConversationHistoryTestingTests",
            dependencies: ["ConversationHistory", "ConversationHistoryTesting", "TestSupport"]
        ),
        .testTarget(
            name: "FeatureTests",
            dependencies: [
                "Examples", "ConversationHistory", "ConversationHistorySQLite", "ConversationHistoryPostgres",
                "TestSupport",
            ]
        ),
        .testTarget(name: "ConvoTests", dependencies: ["convo", "ConversationHistory", "TestSupport"]),
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
