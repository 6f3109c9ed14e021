#if PostgreSQL
/// The changes in version 2.
///
/// - Rows are identified by keys that are always checked, so that a publication can name the changed rows.
/// - Owners are bound to roles by identity and membership, not by the roles' names.
/// - A role under row-level security searches by the index of words.
/// - Dates are finite.
extension LibrarySchema {
    static let version2 = keys + dates + roles + search + owners

    private static let keys = [
        // A deferrable key cannot identify the rows of a replica.
        "ALTER TABLE entries DROP CONSTRAINT entries_pkey, ADD PRIMARY KEY (conversation, list, position)",
        "ALTER TABLE turns DROP CONSTRAINT turns_pkey, ADD PRIMARY KEY (conversation, position)",
    ]

    private static func isMoment(_ column: String) -> String {
        // The server sorts NaN above infinity.
        "(\(column) > '-Infinity' AND \(column) < 'Infinity')"
    }

    private static let dates = [
        """
        UPDATE conversations SET created = CASE WHEN \(isMoment("created")) THEN created ELSE 0 END,
          snapshot_updated = CASE WHEN \(isMoment("snapshot_updated")) THEN snapshot_updated END,
          deleted = CASE WHEN \(isMoment("deleted")) THEN deleted WHEN deleted IS NOT NULL THEN 0 END
        WHERE NOT (\(isMoment("created")) AND coalesce(\(isMoment("snapshot_updated")), true)
          AND coalesce(\(isMoment("deleted")), true))
        """,
        "UPDATE conversations SET updated = created WHERE NOT \(isMoment("updated"))",
        "UPDATE entries SET date = NULL WHERE NOT \(isMoment("date"))",
        "UPDATE artifacts SET created = 0 WHERE NOT \(isMoment("created"))",
        """
        ALTER TABLE conversations ADD CONSTRAINT conversations_dates CHECK (\(isMoment("created"))
          AND \(isMoment("updated")) AND \(isMoment("snapshot_updated")) AND \(isMoment("deleted")))
        """,
        "ALTER TABLE entries ADD CONSTRAINT entries_date CHECK (\(isMoment("date")))",
        "ALTER TABLE artifacts ADD CONSTRAINT artifacts_created CHECK (\(isMoment("created")))",
    ]

    private static let roles = [
        "DELETE FROM role_owners WHERE to_regrole(quote_ident(role)) IS NULL",
        // `regrole` identifies a role even after it is renamed, and appears in a dump as the role's name.
        "ALTER TABLE role_owners ALTER COLUMN role TYPE regrole USING quote_ident(role)::regrole",
        """
        CREATE OR REPLACE FUNCTION session_name(setting text) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
        DECLARE
          value text := current_setting('conversation_history.' || setting, true);
        BEGIN
          RETURN CASE
            WHEN coalesce(value, '') = '' THEN NULL
            WHEN starts_with(value, '\\x') THEN decode(substr(value, 3), 'hex')
            ELSE convert_to(value, 'UTF8')
          END;
        END
        $$
        """,
        """
        -- The user and the organization whose rows a session sees, each null for all; null if it sees none.
        --
        -- Every binding counts of a role that the session is or has the rights of: by its login, by `SET ROLE`, and by a
        -- function that runs as another. Where two of them contradict each other, there is no such owner: '\\xff' is no text.
        CREATE FUNCTION session_owner(caller name) RETURNS bytea[] LANGUAGE plpgsql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        DECLARE
          owner bytea[] := ARRAY[session_name('user'), session_name('organization')];
          users bytea[];
          organizations bytea[];
        BEGIN
          IF EXISTS (SELECT FROM role_owners) THEN
            SELECT array_agg(DISTINCT owner_user) FILTER (WHERE owner_user IS NOT NULL),
              array_agg(DISTINCT owner_organization) FILTER (WHERE owner_organization IS NOT NULL)
            INTO users, organizations
            FROM role_owners WHERE EXISTS (
              SELECT FROM pg_roles
              WHERE rolname IN (session_user, caller, nullif(current_setting('role'), 'none')::name)
                AND NOT rolsuper AND pg_has_role(pg_roles.oid, role_owners.role::oid, 'USAGE'));
            IF users IS NOT NULL THEN
              owner[1] := CASE WHEN cardinality(users) = 1 THEN users[1] ELSE '\\xff' END;
            END IF;
            IF organizations IS NOT NULL THEN
              owner[2] := CASE WHEN cardinality(organizations) = 1 THEN organizations[1] ELSE '\\xff' END;
            END IF;
          END IF;
          RETURN CASE WHEN owner[1] IS NULL AND owner[2] IS NULL THEN NULL ELSE owner END;
        END
        $$
        """,
        """
        -- Whether a conversation is one of those that a session sees.
        --
        -- What it costs is said to be little, and how often it holds the server guesses as often: so it reads a list in
        -- the order of its index, and does not sort all of it.
        CREATE FUNCTION is_shown(owner_user bytea, owner_organization bytea, owner bytea[]) RETURNS boolean
        LANGUAGE plpgsql IMMUTABLE COST 1 AS $$
        BEGIN
          RETURN owner IS NOT NULL AND (owner[1] IS NULL OR owner_user = owner[1])
            AND (owner[2] IS NULL OR owner_organization = owner[2]);
        END
        $$
        """,
        """
        ALTER POLICY conversations_of_owner ON conversations
        USING (is_shown(owner_user, owner_organization, (SELECT session_owner(current_user))))
        """,
        "DROP FUNCTION session_owner_user()",
        "DROP FUNCTION session_owner_organization()",
    ]

    /// The names and types of the search parameters.
    private static let searchParameters = """
        sought text[], of_user bytea, of_organization bytea, of_conversation bytea,
        since double precision, until double precision, behind double precision, is_undated boolean
        """
    private static let searchArguments = """
        sought, of_user, of_organization, of_conversation, since, until, behind, is_undated
        """

    private static let search = [
        """
        -- Opens a cursor of the entries that have all the words, the newest first: with "behind" none that are newer than
        -- that, with "is_undated" only those without a date.
        --
        -- Conditions that are not asked for are not there. What is sorted is small; of the bodies, only those are read
        -- that are fetched.
        CREATE FUNCTION open_search(\(searchParameters)) RETURNS refcursor LANGUAGE plpgsql AS $$
        DECLARE
          hits refcursor := 'found';
        BEGIN
          OPEN hits NO SCROLL FOR EXECUTE
            'SELECT found.id, found.title, found.position, found.date,
              (SELECT body FROM entries
                WHERE conversation = found.key AND list = 0 AND position = found.position),
              (SELECT checksum FROM entries
                WHERE conversation = found.key AND list = 0 AND position = found.position)
            FROM (
              SELECT conversations.key, conversations.id, conversations.title, entries.position, entries.date
              FROM entries JOIN conversations ON conversations.key = entries.conversation
              WHERE (entries.words @> $1 OR entries.words @> ''{""}'') AND entries.list = 0
                AND conversations.deleted IS NULL'
            || CASE WHEN of_user IS NULL THEN '' ELSE ' AND conversations.owner_user = $2' END
            || CASE WHEN of_organization IS NULL THEN '' ELSE ' AND conversations.owner_organization = $3' END
            || CASE WHEN of_conversation IS NULL THEN '' ELSE ' AND conversations.id = $4' END
            || CASE WHEN since IS NULL THEN '' ELSE ' AND entries.date >= $5' END
            || CASE WHEN until IS NULL THEN '' ELSE ' AND entries.date < $6' END
            || CASE WHEN is_undated THEN ' AND entries.date IS NULL'
              WHEN behind IS NULL THEN '' ELSE ' AND (entries.date <= $7 OR entries.date IS NULL)' END
            || ' ORDER BY entries.date DESC NULLS LAST, conversations.id, entries.position DESC) AS found'
            USING sought, of_user, of_organization, of_conversation, since, until, behind;
          RETURN hits;
        END
        $$
        """,
        """
        -- The same among the rows that a session sees.
        --
        -- It runs as the owner of the tables: for others, the server may not look into an index of words before it has
        -- looked at every row whether it may be seen.
        CREATE FUNCTION open_restricted_search(caller name, \(searchParameters)) RETURNS refcursor
        LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
          owner bytea[] := session_owner(caller);
        BEGIN
          IF owner IS NULL OR owner[1] <> of_user OR owner[2] <> of_organization THEN
            owner := ARRAY['\\xff'::bytea, NULL];
          END IF;
          of_user := coalesce(owner[1], of_user);
          of_organization := coalesce(owner[2], of_organization);
          RETURN open_search(\(searchArguments));
        END
        $$
        """,
        """
        -- The same for whoever asks.
        CREATE FUNCTION search_entries(\(searchParameters)) RETURNS refcursor LANGUAGE plpgsql AS $$
        BEGIN
          IF row_security_active('conversations') THEN
            RETURN open_restricted_search(current_user, \(searchArguments));
          END IF;
          RETURN open_search(\(searchArguments));
        END
        $$
        """,
    ]

    /// The functions that a role calls, directly or through a policy.
    static let callableFunctions = """
        require(boolean, text), session_owner(name), is_shown(bytea, bytea, bytea[]), \
        open_search(\(searchTypes)), open_restricted_search(name, \(searchTypes)), search_entries(\(searchTypes))
        """
    private static let searchTypes = """
        text[], bytea, bytea, bytea, double precision, double precision, double precision, boolean
        """

    private static let owners = [
        // The function shows rows to every role that may call it.
        "REVOKE EXECUTE ON FUNCTION open_restricted_search(name, \(searchTypes)) FROM PUBLIC",
        """
        -- Whoever has brought the tables to this version, the functions are their owner's; and the roles that were allowed
        -- to work with the tables are allowed to call them.
        DO $$
        DECLARE
          tables_owner oid;
          other record;
        BEGIN
          SELECT relowner INTO tables_owner FROM pg_class WHERE oid = 'conversations'::regclass;
          FOR other IN
            SELECT oid::regprocedure AS name FROM pg_proc
            WHERE pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'conversations'::regclass)
              AND proowner <> tables_owner AND proname IN ('session_owner', 'is_shown', 'open_search',
                'open_restricted_search', 'search_entries')
          LOOP
            EXECUTE format('ALTER FUNCTION %s OWNER TO %s', other.name, tables_owner::regrole);
          END LOOP;
          FOR other IN
            SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS name
            FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = 'conversations'::regclass AND privilege_type = 'SELECT' AND grantee <> relowner
          LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION \(callableFunctions) TO %s', other.name);
          END LOOP;
        END
        $$
        """,
    ]
}
#endif
