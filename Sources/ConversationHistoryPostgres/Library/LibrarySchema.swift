#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary

/// The tables of a library.
///
/// All rows of a conversation begin with the conversation's key, which is random: without a shared counter,
/// conversations can be spread over servers. List 0 of the entries is the history, and list *n* holds the entries that
/// the *n*th rewind took. Data from callers is stored as bytes, because text cannot hold a NUL in PostgreSQL.
enum LibrarySchema {
    /// The schema version that this package creates.
    static let version = 2

    /// The names and values of a library's properties.
    static let formatName = "format"
    static let format = "conversation-history-library"
    static let versionName = "schema-version"

    static let searchVersionName = "search-version"

    /// The commands that lead from each version to the next; version 0 is an empty schema.
    static let steps = [tables + functions + policies, version2]

    /// The command that ends a write transaction if a later version of this package has changed the schema.
    ///
    /// It takes a lock that a migration waits for, so the version stays the same until the transaction ends.
    static let checkVersion = PostgresCommand(
        """
        SELECT require((SELECT value FROM properties WHERE name = '\(versionName)') = '\(version)',
          '\(PostgresState.newerSchema)')
        """
    )

    /// The command that waits for a running migration, before the transaction fixes the state that it sees.
    static let waitForMigration = PostgresCommand("LOCK TABLE properties IN ACCESS SHARE MODE")

    /// The command that blocks other writers until a migration has ended.
    static let beginMigration = PostgresCommand("LOCK TABLE properties IN ACCESS EXCLUSIVE MODE", isKept: false)

    /// The command that ends a search if a later version of this package has created the index of words.
    static let checkSearchVersion = PostgresCommand(
        """
        SELECT require(
          coalesce((SELECT value::bigint FROM properties WHERE name = '\(searchVersionName)'), 0)
            <= \(SearchTokenizer.version), '\(PostgresState.newerWords)')
        """
    )

    /// Returns the SQL for the words of an entry in the index.
    ///
    /// A writer whose tokenizer has another version than the index stores the empty word instead, because searches
    /// could miss its own words. Every search reads entries with the empty word.
    static func words(_ text: String) -> String {
        """
        CASE WHEN (SELECT value = '\(SearchTokenizer.version)' FROM properties WHERE name = '\(searchVersionName)')
          THEN string_to_array(\(text), ' ') ELSE '{""}' END
        """
    }

    private static let tables = [
        "CREATE TABLE properties(name text PRIMARY KEY, value text NOT NULL)",
        """
        CREATE TABLE conversations(
          -- Random: a conversation that is created anew under the id of an old one is another one.
          key bigint PRIMARY KEY,
          id bytea NOT NULL UNIQUE,
          revision bigint NOT NULL,
          -- The random mark of the last save, by which its writer finds out whether it was committed.
          stamp bigint NOT NULL,
          title bytea,
          has_owner boolean NOT NULL,
          owner_user bytea,
          owner_organization bytea,
          -- All dates are seconds since 2001-01-01 in UTC.
          created double precision NOT NULL,
          updated double precision NOT NULL,
          snapshot_updated double precision,
          deleted double precision,
          metadata bytea NOT NULL,
          has_origin boolean NOT NULL,
          origin_conversation bytea,
          origin_entry bytea,
          message_count bigint NOT NULL,
          -- How many rows there are of each list, so that one that is lost is missed.
          entry_count bigint NOT NULL,
          turn_count bigint NOT NULL,
          rewind_count bigint NOT NULL,
          -- The snapshot without its lists: a history of version 2 or later.
          head bytea NOT NULL
        )
        """,
        "CREATE INDEX conversations_by_date ON conversations(updated DESC, id) WHERE deleted IS NULL",
        """
        CREATE INDEX conversations_by_user ON conversations(owner_user, updated DESC, id)
          WHERE deleted IS NULL AND owner_user IS NOT NULL
        """,
        """
        CREATE INDEX conversations_by_organization ON conversations(owner_organization, updated DESC, id)
          WHERE deleted IS NULL AND owner_organization IS NOT NULL
        """,
        "CREATE INDEX conversations_in_trash ON conversations(updated DESC, id) WHERE deleted IS NOT NULL",
        """
        CREATE TABLE entries(
          conversation bigint NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
          list bigint NOT NULL,
          position bigint NOT NULL,
          id bytea NOT NULL,
          date double precision,
          is_message boolean NOT NULL,
          -- One line of JSON, kept as it is.
          body bytea NOT NULL,
          -- CRC-32 of the line, so that damage is found which the server does not see.
          checksum bigint NOT NULL,
          -- The different tokens of the entry, as the package's own tokenizer makes them; null if there are none.
          words text[] COLLATE "C",
          -- Checked when a command ends, so that one can move all that follows.
          PRIMARY KEY (conversation, list, position) DEFERRABLE INITIALLY IMMEDIATE
        )
        """,
        """
        -- What was inserted last waits in a list that each search reads; by default it may be long.
        CREATE INDEX entries_by_word ON entries USING gin (words) WITH (gin_pending_list_limit = 256) WHERE list = 0
        """,
        """
        -- A word that is everywhere is looked for from the newest entry on, until there are enough of them.
        CREATE INDEX entries_by_date ON entries(date DESC NULLS LAST) WHERE list = 0
        """,
        """
        CREATE TABLE turns(
          conversation bigint NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
          position bigint NOT NULL,
          body bytea NOT NULL,
          PRIMARY KEY (conversation, position) DEFERRABLE INITIALLY IMMEDIATE
        )
        """,
        """
        CREATE TABLE rewinds(
          conversation bigint NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
          list bigint NOT NULL,
          -- How many entries it took.
          entry_count bigint NOT NULL,
          body bytea NOT NULL,
          PRIMARY KEY (conversation, list)
        )
        """,
        """
        CREATE TABLE artifacts(
          conversation bigint NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
          name bytea NOT NULL,
          version bigint NOT NULL,
          type bytea,
          created double precision NOT NULL,
          byte_count bigint NOT NULL,
          PRIMARY KEY (conversation, name, version)
        )
        """,
        """
        CREATE TABLE artifact_chunks(
          conversation bigint NOT NULL,
          name bytea NOT NULL,
          version bigint NOT NULL,
          number bigint NOT NULL,
          data bytea NOT NULL,
          -- SHA-256 of the data, as they were when they came.
          digest bytea NOT NULL,
          PRIMARY KEY (conversation, name, version, number),
          FOREIGN KEY (conversation, name, version) REFERENCES artifacts ON DELETE CASCADE
        )
        """,
        // Artifacts are mostly binary and already compressed.
        "ALTER TABLE artifact_chunks ALTER COLUMN data SET STORAGE EXTERNAL",
        """
        -- Roles that are bound to an owner, whatever a session says.
        CREATE TABLE role_owners(
          role name PRIMARY KEY,
          owner_user bytea,
          owner_organization bytea,
          CHECK (owner_user IS NOT NULL OR owner_organization IS NOT NULL)
        )
        """,
    ]

    private static let functions = [
        """
        -- Ends the transaction unless something holds, for the whole of the commands that were sent together.
        CREATE FUNCTION require(holds boolean, code text) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          IF holds THEN RETURN true; END IF;
          RAISE EXCEPTION 'refused' USING ERRCODE = code;
        END
        $$
        """,
        """
        -- A name that a session was set to; null if there is none. What text cannot be is in hexadecimal.
        CREATE FUNCTION session_name(setting text) RETURNS bytea LANGUAGE sql STABLE AS $$
          SELECT CASE
            WHEN coalesce(value, '') = '' THEN NULL
            WHEN starts_with(value, '\\x') THEN decode(substr(value, 3), 'hex')
            ELSE convert_to(value, 'UTF8')
          END FROM (SELECT current_setting('conversation_history.' || setting, true) AS value) AS settings
        $$
        """,
        """
        -- The user whose rows the session sees.
        CREATE FUNCTION session_owner_user() RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
          SELECT coalesce((SELECT owner_user FROM role_owners WHERE role = session_user), session_name('user'))
        $$
        """,
        """
        -- The organisation whose rows the session sees.
        CREATE FUNCTION session_owner_organization() RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
          SELECT coalesce(
            (SELECT owner_organization FROM role_owners WHERE role = session_user),
            session_name('organization')
          )
        $$
        """,
    ]

    private static var policies: [String] {
        let isOwned = """
            ((SELECT session_owner_user()) IS NULL OR owner_user = (SELECT session_owner_user()))
            AND ((SELECT session_owner_organization()) IS NULL
              OR owner_organization = (SELECT session_owner_organization()))
            AND ((SELECT session_owner_user()) IS NOT NULL OR (SELECT session_owner_organization()) IS NOT NULL)
            """
        let parts = ["entries", "turns", "rewinds", "artifacts", "artifact_chunks"]
        return [
            "ALTER TABLE conversations ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY conversations_of_owner ON conversations USING (\(isOwned))",
        ]
            + parts.flatMap { table in
                [
                    "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY",
                    """
                    CREATE POLICY \(table)_of_owner ON \(table)
                    USING (EXISTS (SELECT FROM conversations WHERE conversations.key = \(table).conversation))
                    """,
                ]
            }
    }

    /// Returns the grants for a role that works with a library but does not migrate it.
    static func grants(to role: String, schema: String) -> [String] {
        let (role, schema) = (PostgresSettings.quoted(role), PostgresSettings.quoted(schema))
        return [
            "GRANT USAGE ON SCHEMA \(schema) TO \(role)",
            "GRANT SELECT ON properties TO \(role)",
            """
            GRANT SELECT, INSERT, UPDATE, DELETE
            ON conversations, entries, turns, rewinds, artifacts, artifact_chunks TO \(role)
            """,
            "GRANT EXECUTE ON FUNCTION \(callableFunctions) TO \(role)",
        ]
    }
}
#endif
