// What of SQLite's interface Swift cannot call: variadic functions, and the constant that is a cast.
#ifndef CONVERSATION_HISTORY_SQLITE_SHIM_H
#define CONVERSATION_HISTORY_SQLITE_SHIM_H

#include <sqlite3.h>

/// Switches one of the connection's options on or off.
static inline int conversation_history_sqlite_configure(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}

/// Binds a copy of the bytes as text; never null, even if there are no bytes.
static inline int conversation_history_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count
) {
    const char *text = bytes ? (const char *)bytes : "";
    return sqlite3_bind_text64(statement, index, text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of the bytes as a blob; never null, even if there are no bytes.
static inline int conversation_history_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count
) {
    return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

#endif
