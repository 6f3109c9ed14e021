import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the documentation shows stands, line by line, in the snippets of this target or in the examples, which are compiled
/// and run.
@Suite struct DocumentedCodeTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    private static let compiled = [
        "Tests/DocumentationTests/Snippets.swift", "Tests/Examples/MessageStoreExample.swift",
        "Tests/Examples/ThreadsExample.swift", "Tests/Examples/AgentStorageExample.swift",
    ]

    private static let documents = [
        "README.md",
        "Sources/ConversationHistory/ConversationHistory.docc/ConversationHistory.md",
        "Sources/ConversationHistory/ConversationHistory.docc/Guides/ChoosingAStore.md",
        "Sources/ConversationHistory/ConversationHistory.docc/Guides/HandlingErrors.md",
        "Sources/ConversationHistory/ConversationHistory.docc/Guides/TheAgentLoop.md",
        "Sources/ConversationHistory/ConversationHistory.docc/Guides/WritingAStore.md",
        "Sources/ConversationHistory/ConversationHistory.docc/Guides/YourOwnMessages.md",
        "Sources/ConversationHistoryExchange/ConversationHistoryExchange.docc/ConversationHistoryExchange.md",
        "Sources/ConversationHistoryLibrary/ConversationHistoryLibrary.docc/ConversationHistoryLibrary.md",
        "Sources/ConversationHistoryLibrary/ConversationHistoryLibrary.docc/Guides/ManyConversations.md",
    ]

    private static let modules = ["ConversationHistory", "ConversationHistoryExchange", "ConversationHistoryLibrary"]

    @Test(arguments: documents)
    func everyBlockIsCompiledAndRun(_ document: String) throws {
        let blocks = try Self.blocks(of: document)
        #expect(!blocks.isEmpty)
        let compiled = try Self.compiled.flatMap { try Self.lines(of: $0).map(Self.trimmed) }
        for block in blocks {
            let code = block.filter { !$0.hasPrefix("import ") && !$0.isEmpty }.map(Self.trimmed)
            guard code.first != "// Package.swift" else { continue }
            let isCompiled = compiled.contains(code)
            #expect(isCompiled, "\(document) shows code that no snippet has: \(code.first ?? "")")
        }
    }

    @Test(arguments: modules)
    func everyDocumentWithCodeIsListed(_ module: String) throws {
        let guides = "Sources/\(module)/\(module).docc/Guides/"
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.root + "/" + guides) {
            let document = guides + name
            let hasCode = try !Self.blocks(of: document).isEmpty
            #expect(hasCode == Self.documents.contains(document), "\(document)")
        }
    }

    private static func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }

    private static func trimmed(_ line: String) -> String {
        String(line.drop { $0 == " " })
    }

    /// The lines of each block of Swift code.
    private static func blocks(of path: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var isInside = false
        for line in try lines(of: path) {
            if line == "```swift" {
                isInside = true
                blocks.append([])
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks
    }
}

extension [String] {
    /// Whether the lines stand in these, one after the other.
    fileprivate func contains(_ lines: [String]) -> Bool {
        indices.contains { start in
            start + lines.count <= count && lines.indices.allSatisfy { self[start + $0] == lines[$0] }
        }
    }
}
