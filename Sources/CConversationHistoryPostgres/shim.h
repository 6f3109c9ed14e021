// The client library of PostgreSQL; where its header is, pkg-config says.
#ifndef CONVERSATION_HISTORY_POSTGRES_SHIM_H
#define CONVERSATION_HISTORY_POSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
