#if SQLite
/// The database schema of a library.
///
/// Each entry is stored once. The rows of `history` say which entries a conversation has, and at which positions: list
/// 0 is the conversation itself, list *n* holds the entries that its *n*th rewind took. A fork has its own rows for the
/// shared entries. An entry is deleted with the last row that refers to it.
enum LibrarySchema {
    /// The application id that marks a database as a library: "chl1".
    static let applicationID: Int32 = 0x6368_6C31

    static let current = SQLiteSchema(applicationID: applicationID, steps: [version1, version2, version3])

    private static let version1 = SQLiteSchema.Step { (database) throws(SQLiteFailure) in
        try database.executeScript(
            """
            CREATE TABLE properties(
              name TEXT PRIMARY KEY,
              value TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE conversations(
              key INTEGER PRIMARY KEY,
              id TEXT NOT NULL UNIQUE,
              -- Random: a conversation that is created anew under the id of an old one is another one.
              lineage INTEGER NOT NULL,
              revision INTEGER NOT NULL,
              title TEXT,
              has_owner INTEGER NOT NULL,
              owner_user TEXT,
              owner_organization TEXT,
              -- All dates are seconds since 2001-01-01 in UTC.
              created REAL NOT NULL,
              updated REAL NOT NULL,
              snapshot_updated REAL,
              deleted REAL,
              metadata TEXT NOT NULL,
              has_origin INTEGER NOT NULL,
              origin_conversation TEXT,
              origin_entry TEXT,
              message_count INTEGER NOT NULL,
              entry_count INTEGER NOT NULL,
              -- The snapshot without its lists: a history of version 2 or later.
              head TEXT NOT NULL
            ) STRICT;
            CREATE INDEX conversations_by_date ON conversations(updated DESC, id) WHERE deleted IS NULL;
            CREATE INDEX conversations_by_user ON conversations(owner_user, updated DESC, id) WHERE deleted IS NULL;
            CREATE INDEX conversations_by_organization ON conversations(owner_organization, updated DESC, id)
              WHERE deleted IS NULL;
            CREATE INDEX conversations_in_trash ON conversations(updated DESC, id) WHERE deleted IS NOT NULL;

            CREATE TABLE entries(
              key INTEGER PRIMARY KEY,
              id TEXT NOT NULL,
              date REAL,
              -- One line of JSON, kept as it is.
              body TEXT NOT NULL
            ) STRICT;

            CREATE TABLE history(
              conversation INTEGER NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
              list INTEGER NOT NULL,
              position INTEGER NOT NULL,
              is_message INTEGER NOT NULL,
              entry INTEGER NOT NULL REFERENCES entries(key),
              PRIMARY KEY(conversation, list, position)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX history_by_entry ON history(entry);

            CREATE TABLE turns(
              conversation INTEGER NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
              position INTEGER NOT NULL,
              body TEXT NOT NULL,
              PRIMARY KEY(conversation, position)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE rewinds(
              conversation INTEGER NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
              list INTEGER NOT NULL,
              body TEXT NOT NULL,
              PRIMARY KEY(conversation, list)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE artifacts(
              key INTEGER PRIMARY KEY,
              conversation INTEGER NOT NULL REFERENCES conversations(key) ON DELETE CASCADE,
              name TEXT NOT NULL,
              version INTEGER NOT NULL,
              type TEXT,
              created REAL NOT NULL,
              data BLOB NOT NULL,
              UNIQUE(conversation, name, version)
            ) STRICT;

            -- The tokens of the entry of the same key, as the package's own tokenizer makes them.
            CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'ascii', columnsize = 0);

            CREATE TRIGGER history_deleted AFTER DELETE ON history BEGIN
              DELETE FROM entries WHERE key = old.entry
                AND NOT EXISTS (SELECT 1 FROM history WHERE entry = old.entry);
            END;
            CREATE TRIGGER history_changed AFTER UPDATE OF entry ON history WHEN old.entry <> new.entry BEGIN
              DELETE FROM entries WHERE key = old.entry
                AND NOT EXISTS (SELECT 1 FROM history WHERE entry = old.entry);
            END;
            -- A trigger may not touch a virtual table, so the words are removed by who has removed the entries.
            CREATE TABLE removed_entries(key INTEGER PRIMARY KEY) STRICT;
            CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
              INSERT INTO removed_entries(key) VALUES (old.key);
            END;
            """
        )
    }

    /// Adds checksums of entries and artifacts, which detect damage that SQLite itself does not notice.
    private static let version2 = SQLiteSchema.Step { (database) throws(SQLiteFailure) in
        try database.executeScript(
            """
            ALTER TABLE entries ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE artifacts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
            """
        )
        try database.setChecksums(
            of: "SELECT key FROM entries",
            "SELECT body FROM entries WHERE key = ?1",
            "UPDATE entries SET checksum = ?2 WHERE key = ?1"
        )
        try database.setChecksums(
            of: "SELECT key FROM artifacts",
            "SELECT data FROM artifacts WHERE key = ?1",
            "UPDATE artifacts SET checksum = ?2 WHERE key = ?1"
        )
    }
}

extension LibrarySchema {
    /// The name of the property that holds the tokenizer version of the full-text index.
    static let searchVersionName = "search-version"

    /// The word that marks an entry whose index words were not made by the index's own rules; every search reads it.
    ///
    /// No entry has this word because of its text: in the output of `SearchTokenizer.indexText(of:)`, only hexadecimal
    /// digits follow `zz`.
    static let unknownWords = "zzunknown"

    /// Adds a random stamp for each save, distinguishes absent checksums from 0, and makes all dates finite.
    ///
    /// The stamp is needed because revision numbers are assigned again after a backup is restored.
    private static let version3 = SQLiteSchema.Step { (database) throws(SQLiteFailure) in
        try database.executeScript(
            """
            -- Random, made anew at each save.
            ALTER TABLE conversations ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;
            UPDATE conversations SET updated = created WHERE abs(updated) > 1.7976931348623157e308;
            UPDATE conversations SET snapshot_updated = NULL WHERE abs(snapshot_updated) > 1.7976931348623157e308;

            -- Null if the row was written by a process that was open when the column was added, and does not know of it.
            ALTER TABLE entries RENAME COLUMN checksum TO old_checksum;
            ALTER TABLE entries ADD COLUMN checksum INTEGER;
            UPDATE entries SET checksum = nullif(old_checksum, 0);
            ALTER TABLE entries DROP COLUMN old_checksum;
            ALTER TABLE artifacts RENAME COLUMN checksum TO old_checksum;
            ALTER TABLE artifacts ADD COLUMN checksum INTEGER;
            UPDATE artifacts SET checksum = nullif(old_checksum, 0);
            ALTER TABLE artifacts DROP COLUMN old_checksum;
            -- Such a process names all columns that it knows; a body that is changed by itself is damage.
            CREATE TRIGGER entries_changed AFTER UPDATE OF id ON entries
            WHEN new.checksum = old.checksum AND new.body <> old.body BEGIN
              UPDATE entries SET checksum = NULL WHERE key = new.key;
            END;
            """
        )
    }
}

extension SQLiteDatabase {
    /// Sets the checksum of one value in each row of a table.
    fileprivate func setChecksums(
        of keysQuery: StaticString,
        _ valueQuery: StaticString,
        _ update: StaticString
    ) throws(SQLiteFailure) {
        let keys = try withStatement(keysQuery) { (statement) throws(SQLiteFailure) in
            var keys: [Int64] = []
            while try statement.step() { keys.append(try statement.int64(at: 0)) }
            return keys
        }
        for key in keys {
            let checksum = try withStatement(valueQuery) { (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                guard try statement.step() else { throw .missingRow }
                return try statement.checksum(at: 0)
            }
            try withStatement(update) { (statement) throws(SQLiteFailure) in try statement.run(key, checksum) }
        }
    }
}
#endif
