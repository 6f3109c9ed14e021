#if PostgreSQL
public import ConversationHistory
import ConversationHistoryLibrary

extension PostgresConversationLibrary {
    /// Grants a role the rights to work with the library, where each transaction is limited to one owner.
    ///
    /// The role gets rights on the rows of the tables and no others: it can neither create, change nor truncate a
    /// table. The server itself shows the role the rows of one owner only: the owner of a scoped library, or the owner
    /// that the role is bound to. Without either, the role sees nothing.
    ///
    /// Call this method as the role that created the library.
    ///
    /// A binding applies wherever the role's rights are used: to its members, after `SET ROLE`, and after the role is
    /// renamed. A session with the rights of several bound roles sees only what all of them may see, which is nothing
    /// if they are bound to different owners.
    ///
    /// - Parameters:
    ///   - role: The name of an existing role.
    ///   - owner: The owner that the role is bound to, whatever its sessions set; by default, each session sets its
    ///     owner.
    /// - Throws: `HistoryStoreError`: with the code `permissionDenied` if the connected role may not do this, or if
    ///   row-level security does not apply to the other role: a superuser, a role with `BYPASSRLS`, the owner of the
    ///   tables or of the schema, a member of any of these, or a role that can make itself such a member; with the code
    ///   `notFound` if the role does not exist.
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
            // As in a migration, the schema's lock comes first.
            try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                let start = [migrationLock, LibrarySchema.checkVersion, Self.isHeld(role)]
                guard try session.run(start)[2].bool(0, 0) else {
                    throw .refused(notHeld)
                }
                _ = try session.run(all)
            }
        }
    }

    /// Returns the command that checks whether row-level security applies to a role and to each role that it can
    /// become.
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
