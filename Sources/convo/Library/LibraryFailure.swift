import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// A failed operation on a library, explained for the user.
struct LibraryFailure: Error, Hashable, CustomStringConvertible {
    /// The explanation, in one or two sentences.
    let description: String

    init(_ description: String) { self.description = description }

    static func noLibrary(_ location: LibraryLocation) -> LibraryFailure {
        LibraryFailure("There is no library at \(location.description.quoted).")
    }

    static func builtWithout(_ trait: String) -> LibraryFailure {
        LibraryFailure(
            "This convo was built without \(trait). Build it with `swift run --traits \(trait) convo …`."
        )
    }

    static func noConversation(_ id: ConversationID) -> LibraryFailure {
        LibraryFailure("There is no conversation \(id.rawValue.quoted).")
    }

    static func notInTrash(_ id: ConversationID, before date: Date? = nil) -> LibraryFailure {
        let condition = date == nil ? "" : " that was deleted before the given date"
        return LibraryFailure("There is no conversation \(id.rawValue.quoted) in the trash\(condition).")
    }

    static func inTrash(_ id: ConversationID) -> LibraryFailure {
        LibraryFailure("The conversation \(id.rawValue.quoted) is in the trash. Use `convo restore` to restore it.")
    }
}

extension ConversationLibrary {
    /// Runs a body that uses a conversation, and names the conversation if it is not found.
    nonisolated(nonsending) func reportingMissing<Result>(
        _ id: ConversationID,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do { return try await body() } catch let error as HistoryStoreError {
            guard error.code == .notFound, error.systemCall == nil else { throw error }
            let info: ConversationInfo
            do throws(HistoryStoreError) { info = try await self.info(of: id) } catch {
                guard error.code == .notFound else { throw error }
                throw LibraryFailure.noConversation(id)
            }
            // The conversation exists, so the error is about a part of it.
            throw info.deleted == nil ? error : LibraryFailure.inTrash(id)
        }
    }
}
