import Foundation
import TestSupport
import Testing

/// Inputs that once broke a rule, found by `swift run Fuzzing`, and some that are likely to.
@Suite struct FuzzingInputTests {
    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/fuzzing")

    private static let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()

    @Test func inputsAreThere() {
        // The list is made before any test can throw, so a directory that cannot be read shows up here.
        #expect(Self.names?.isEmpty == false)
    }

    @Test(arguments: names ?? [])
    func inputBreaksNoRule(name: String) throws {
        let data = try Data(contentsOf: Self.directory.appendingPathComponent(name))
        try SnapshotProperty.check(Array(data))
    }
}
