#if PostgreSQL
public import ConversationHistory

extension PostgresConversationLibrary {
    /// Lets a role work with the library, each transaction within the owner that it is scoped to.
    ///
    /// The role gets what the tables' rows need and nothing else: it can neither create, change nor empty a table. The
    /// server itself shows it the rows of one owner only: of the one that a scoped library says, or of the one that the
    /// role was bound to. Without either it sees nothing, whatever it asks.
    ///
    /// To be called by the role that has made the library.
    ///
    /// - Parameters:
    ///   - role: The name of a role that exists and neither owns the tables nor is free of row-level security.
    ///   - owner: The owner that the role is bound to, whatever its sessions say; by default each session says it.
    /// - Throws: `HistoryStoreError`, with the code `permissionDenied` if this role may not do that.
    public func allow(role: String, only owner: Owner? = nil) async throws(HistoryStoreError) {
        let grants = LibrarySchema.grants(to: role, schema: pool.configuration.schema)
        var commands = grants.map { PostgresCommand($0, isKept: false) }
        commands.append(PostgresCommand("DELETE FROM role_owners WHERE role = $1::text", [.text(role)]))
        if let owner {
            commands.append(
                PostgresCommand(
                    "INSERT INTO role_owners(role, owner_user, owner_organization) VALUES ($1::text, $2, $3)",
                    [.text(role), .name(owner.user), .name(owner.organization)]
                )
            )
        }
        let all = commands
        try await write("share") { (session) throws(PostgresFailure) in
            _ = try session.transaction(.write, .everyone, all)
        }
    }
}
#endif
