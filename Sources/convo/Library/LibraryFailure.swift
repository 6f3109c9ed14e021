import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// Something that could not be done with a library, as the user is told.
struct LibraryFailure: Error, Hashable, CustomStringConvertible {
    /// What, in a sentence or two.
    let description: String

    init(_ description: String) { self.description = description }

    static func noLibrary(_ location: LibraryLocation) -> LibraryFailure {
        LibraryFailure("There is no library at \(location.description.quoted).")
    }

    static func builtWithout(_ trait: String) -> LibraryFailure {
        LibraryFailure(
            "This convo was built without \(trait); `swift run --traits \(trait) convo …` builds it with it."
        )
    }

    static func noConversation(_ id: ConversationID) -> LibraryFailure {
        LibraryFailure("There is no conversation \(id.rawValue.quoted).")
    }

    static func notInTrash(_ id: ConversationID, before date: Date? = nil) -> LibraryFailure {
        let since = date == nil ? "" : " for so long"
        return LibraryFailure("There is no conversation \(id.rawValue.quoted) in the trash\(since).")
    }

    static func inTrash(_ id: ConversationID) -> LibraryFailure {
        LibraryFailure("The conversation \(id.rawValue.quoted) is in the trash; `convo restore` takes it out.")
    }
}

extension ConversationLibrary {
    /// Does something with a conversation, and says which one it is if there is none.
    nonisolated(nonsending) func about<Result>(
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
            // If it is there, something of it was not found.
            throw info.deleted == nil ? error : LibraryFailure.inTrash(id)
        }
    }
}
