#if PostgreSQL
public import ConversationHistory
import ConversationHistoryLibrary

extension PostgresConversationLibrary {
    /// Lets a role work with the library, each transaction within the owner that it is scoped to.
    ///
    /// The role gets what the tables' rows need and nothing else: it can neither create, change nor empty a table. The
    /// server itself shows it the rows of one owner only: of the one that a scoped library says, or of the one that the
    /// role was bound to. Without either it sees nothing, whatever it asks.
    ///
    /// To be called by the role that has made the library.
    ///
    /// A binding holds for all that the role's rights are used by: its members, whoever becomes the role by `SET ROLE`,
    /// and the role under another name. A session with the rights of several bound roles sees what all of them may see,
    /// which is nothing if they are bound to different owners.
    ///
    /// - Parameters:
    ///   - role: The name of a role that exists.
    ///   - owner: The owner that the role is bound to, whatever its sessions say; by default each session says it.
    /// - Throws: `HistoryStoreError`, with the code `permissionDenied` if this role may not do that, or if row-level
    ///   security does not hold the other one: a superuser, one with `BYPASSRLS`, the owner of the tables or of the
    ///   schema, a member of any of these, and one that can make itself such a member; with the code `notFound` if
    ///   there is no such role.
    public func allow(role: String, only owner: Owner? = nil) async throws(HistoryStoreError) {
        var commands = LibrarySchema.grants(to: role, schema: pool.configuration.schema).map {
            PostgresCommand($0, isKept: false)
        }
        commands.append(
            PostgresCommand(
                "DELETE FROM role_owners WHERE role = quote_ident($1)::regrole",
                [.text(role)],
                isKept: false
            )
        )
        if let owner {
            commands.append(
                PostgresCommand(
                    """
                    INSERT INTO role_owners(role, owner_user, owner_organization)
                    VALUES (quote_ident($1)::regrole, $2, $3)
                    """,
                    [.text(role), .name(owner.user), .name(owner.organization)],
                    isKept: false
                )
            )
        }
        let all = commands
        try await write("share") { (session) throws(PostgresFailure) in
            // As for a migration, the first lock is that of the schema.
            try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                let start = [migrationLock, LibrarySchema.checkVersion, Self.isHeld(role)]
                guard try session.run(start)[2].bool(0, 0) else {
                    throw .refused(notHeld)
                }
                _ = try session.run(all)
            }
        }
    }

    /// Asks whether row-level security holds a role, and each role that it can become.
    private static func isHeld(_ role: String) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT NOT EXISTS (
              SELECT FROM pg_roles
              WHERE pg_has_role(quote_ident($1)::regrole, oid, 'MEMBER')
                AND (rolsuper OR rolbypassrls
                  -- Such a role makes itself a member of whichever it likes.
                  OR (rolcreaterole AND current_setting('server_version_num')::int < 160000)
                  OR rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
                  OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = (
                    SELECT relnamespace FROM pg_class WHERE oid = 'conversations'::regclass))
                  OR oid IN (SELECT nspowner FROM pg_namespace WHERE oid = (
                    SELECT relnamespace FROM pg_class WHERE oid = 'conversations'::regclass))))
            """,
            [.text(role)],
            isKept: false
        )
    }

    private var notHeld: HistoryStoreError {
        HistoryStoreError(
            .permissionDenied,
            operation: "share",
            location: pool.location,
            reason: """
                Row-level security does not hold this role: it is a superuser, has BYPASSRLS or CREATEROLE, owns the tables \
                or the schema, or is a member of such a role. Choose another role.
                """
        )
    }
}
#endif
