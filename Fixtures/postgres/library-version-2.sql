--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: conversation_history; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA conversation_history;


--
-- Name: is_shown(bytea, bytea, bytea[]); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.is_shown(owner_user bytea, owner_organization bytea, owner bytea[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE COST 1
    AS $$
BEGIN
  RETURN owner IS NOT NULL AND (owner[1] IS NULL OR owner_user = owner[1])
    AND (owner[2] IS NULL OR owner_organization = owner[2]);
END
$$;


--
-- Name: open_restricted_search(name, text[], bytea, bytea, bytea, double precision, double precision, double precision, boolean); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.open_restricted_search(caller name, sought text[], of_user bytea, of_organization bytea, of_conversation bytea, since double precision, until double precision, behind double precision, is_undated boolean) RETURNS refcursor
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'conversation_history', 'pg_temp'
    AS $$
DECLARE
  owner bytea[] := session_owner(caller);
BEGIN
  IF owner IS NULL OR owner[1] <> of_user OR owner[2] <> of_organization THEN
    owner := ARRAY['\xff'::bytea, NULL];
  END IF;
  of_user := coalesce(owner[1], of_user);
  of_organization := coalesce(owner[2], of_organization);
  RETURN open_search(sought, of_user, of_organization, of_conversation, since, until, behind, is_undated);
END
$$;


--
-- Name: open_search(text[], bytea, bytea, bytea, double precision, double precision, double precision, boolean); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.open_search(sought text[], of_user bytea, of_organization bytea, of_conversation bytea, since double precision, until double precision, behind double precision, is_undated boolean) RETURNS refcursor
    LANGUAGE plpgsql
    AS $_$
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
$_$;


--
-- Name: require(boolean, text); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.require(holds boolean, code text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF holds THEN RETURN true; END IF;
  RAISE EXCEPTION 'refused' USING ERRCODE = code;
END
$$;


--
-- Name: search_entries(text[], bytea, bytea, bytea, double precision, double precision, double precision, boolean); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.search_entries(sought text[], of_user bytea, of_organization bytea, of_conversation bytea, since double precision, until double precision, behind double precision, is_undated boolean) RETURNS refcursor
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF row_security_active('conversations') THEN
    RETURN open_restricted_search(current_user, sought, of_user, of_organization, of_conversation, since, until, behind, is_undated);
  END IF;
  RETURN open_search(sought, of_user, of_organization, of_conversation, since, until, behind, is_undated);
END
$$;


--
-- Name: session_name(text); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.session_name(setting text) RETURNS bytea
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  value text := current_setting('conversation_history.' || setting, true);
BEGIN
  RETURN CASE
    WHEN coalesce(value, '') = '' THEN NULL
    WHEN starts_with(value, '\x') THEN decode(substr(value, 3), 'hex')
    ELSE convert_to(value, 'UTF8')
  END;
END
$$;


--
-- Name: session_owner(name); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.session_owner(caller name) RETURNS bytea[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'conversation_history', 'pg_temp'
    AS $$
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
      owner[1] := CASE WHEN cardinality(users) = 1 THEN users[1] ELSE '\xff' END;
    END IF;
    IF organizations IS NOT NULL THEN
      owner[2] := CASE WHEN cardinality(organizations) = 1 THEN organizations[1] ELSE '\xff' END;
    END IF;
  END IF;
  RETURN CASE WHEN owner[1] IS NULL AND owner[2] IS NULL THEN NULL ELSE owner END;
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: artifact_chunks; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.artifact_chunks (
    conversation bigint NOT NULL,
    name bytea NOT NULL,
    version bigint NOT NULL,
    number bigint NOT NULL,
    data bytea NOT NULL,
    digest bytea NOT NULL
);
ALTER TABLE ONLY conversation_history.artifact_chunks ALTER COLUMN data SET STORAGE EXTERNAL;


--
-- Name: artifacts; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.artifacts (
    conversation bigint NOT NULL,
    name bytea NOT NULL,
    version bigint NOT NULL,
    type bytea,
    created double precision NOT NULL,
    byte_count bigint NOT NULL,
    CONSTRAINT artifacts_created CHECK (((created > '-Infinity'::double precision) AND (created < 'Infinity'::double precision)))
);


--
-- Name: conversations; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.conversations (
    key bigint NOT NULL,
    id bytea NOT NULL,
    revision bigint NOT NULL,
    stamp bigint NOT NULL,
    title bytea,
    has_owner boolean NOT NULL,
    owner_user bytea,
    owner_organization bytea,
    created double precision NOT NULL,
    updated double precision NOT NULL,
    snapshot_updated double precision,
    deleted double precision,
    metadata bytea NOT NULL,
    has_origin boolean NOT NULL,
    origin_conversation bytea,
    origin_entry bytea,
    message_count bigint NOT NULL,
    entry_count bigint NOT NULL,
    turn_count bigint NOT NULL,
    rewind_count bigint NOT NULL,
    head bytea NOT NULL,
    CONSTRAINT conversations_dates CHECK (((created > '-Infinity'::double precision) AND (created < 'Infinity'::double precision) AND ((updated > '-Infinity'::double precision) AND (updated < 'Infinity'::double precision)) AND ((snapshot_updated > '-Infinity'::double precision) AND (snapshot_updated < 'Infinity'::double precision)) AND ((deleted > '-Infinity'::double precision) AND (deleted < 'Infinity'::double precision))))
);


--
-- Name: entries; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.entries (
    conversation bigint NOT NULL,
    list bigint NOT NULL,
    "position" bigint NOT NULL,
    id bytea NOT NULL,
    date double precision,
    is_message boolean NOT NULL,
    body bytea NOT NULL,
    checksum bigint NOT NULL,
    words text[] COLLATE pg_catalog."C",
    CONSTRAINT entries_date CHECK (((date > '-Infinity'::double precision) AND (date < 'Infinity'::double precision)))
);


--
-- Name: properties; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.properties (
    name text NOT NULL,
    value text NOT NULL
);


--
-- Name: rewinds; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.rewinds (
    conversation bigint NOT NULL,
    list bigint NOT NULL,
    entry_count bigint NOT NULL,
    body bytea NOT NULL
);


--
-- Name: role_owners; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.role_owners (
    role regrole NOT NULL,
    owner_user bytea,
    owner_organization bytea,
    CONSTRAINT role_owners_check CHECK (((owner_user IS NOT NULL) OR (owner_organization IS NOT NULL)))
);


--
-- Name: turns; Type: TABLE; Schema: conversation_history; Owner: -
--

CREATE TABLE conversation_history.turns (
    conversation bigint NOT NULL,
    "position" bigint NOT NULL,
    body bytea NOT NULL
);


--
-- Data for Name: artifact_chunks; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.artifact_chunks (conversation, name, version, number, data, digest) FROM stdin;
5667950401546832402	\\x6e6f7465732e747874	1	0	\\x6f6c64206e6f746573	\\x14bfe7b837d4188cea0cd08854da77db5aaa5fa855bc82e8a8469f9c61468a2d
5667950401546832402	\\x6e6f7465732e747874	2	0	\\x736f6d65206e6f746573	\\x237bac67a518e2dfc901ecbf060f59cde465d4644cf9d0783a877a321f9bbcb3
\.


--
-- Data for Name: artifacts; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.artifacts (conversation, name, version, type, created, byte_count) FROM stdin;
5667950401546832402	\\x6e6f7465732e747874	1	\\x746578742f706c61696e	817425587.390838	9
5667950401546832402	\\x6e6f7465732e747874	2	\\x746578742f706c61696e	817425587.468387	10
\.


--
-- Data for Name: conversations; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.conversations (key, id, revision, stamp, title, has_owner, owner_user, owner_organization, created, updated, snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count, entry_count, turn_count, rewind_count, head) FROM stdin;
5667950401546832402	\\x6669727374	7	-7672337188905659634	\\x546865206669727374	t	\\x616461	\\x616e616c79746963616c	800000000	817425587.113498	817425587.113498	\N	\\x7b22636f6c6f7572223a22626c7565227d	f	\N	\N	4	4	2	1	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a226669727374222c2263726561746564223a22323032362d30352d30395430363a31333a32305a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c226f776e6572223a7b2275736572223a22616461222c226f7267616e697a6174696f6e223a22616e616c79746963616c227d2c22636865636b73756d223a223337643938336630227d7d0a
8904684032778105824	\\x666f726b	0	-3629094317775472703	\\x546865206669727374	t	\\x616461	\\x616e616c79746963616c	817425587.364992	817425587.364992	817425587.364992	\N	\\x7b22636f6c6f7572223a22626c7565227d	t	\\x6669727374	\\x30316d386430376b666e666865796d736b643433726a33636363	2	2	1	0	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a22666f726b222c2263726561746564223a22323032362d31312d32365432323a33393a34372e3336343939325a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c226f776e6572223a7b2275736572223a22616461222c226f7267616e697a6174696f6e223a22616e616c79746963616c227d2c226f726967696e223a7b22636f6e766572736174696f6e223a226669727374222c22656e747279223a2230316d386430376b666e666865796d736b643433726a33636363227d2c22636865636b73756d223a223362393835383466227d7d0a
8610422328920412565	\\x64656c65746564	1	4624637162218145193	\N	f	\N	\N	817425587.558902	817425587.615574	817425587.615574	817425587.692198	\\x7b7d	f	\N	\N	2	2	1	0	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a2230316d386430376d62366b6371726365366764787a6573313173222c2263726561746564223a22323032362d31312d32365432323a33393a34372e3535383930325a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c22636865636b73756d223a226263333935636365227d7d0a
\.


--
-- Data for Name: entries; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.entries (conversation, list, "position", id, date, is_message, body, checksum, words) FROM stdin;
5667950401546832402	0	0	\\x30316d386430376b6465346667317a336e673777366668386468	817425586.606537	t	\\x7b226964223a2230316d386430376b6465346667317a336e673777366668386468222c2264617465223a22323032362d31312d32365432323a33393a34362e3630363533375a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	1460609107	{0,question}
5667950401546832402	0	1	\\x30316d386430376b666e666865796d736b643433726a33636363	817425586.677507	t	\\x7b226964223a2230316d386430376b666e666865796d736b643433726a33636363222c2264617465223a22323032362d31312d32365432323a33393a34362e3637373530375a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	802906740	{0,answer}
5667950401546832402	0	2	\\x30316d386430376b683962676862737a6e61746777626b363235	817425586.729573	t	\\x7b226964223a2230316d386430376b683962676862737a6e61746777626b363235222c2264617465223a22323032362d31312d32365432323a33393a34362e3732393537335a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2031227d5d7d7d	652422307	{1,question}
5667950401546832402	0	3	\\x30316d386430376b6d6d3439343363616b79366562376273626a	817425586.836225	t	\\x7b226964223a2230316d386430376b6d6d3439343363616b79366562376273626a222c2264617465223a22323032362d31312d32365432323a33393a34362e3833363232355a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722031227d5d7d7d	1206424877	{1,answer}
5667950401546832402	1	0	\\x30316d386430376b713638327a32337773623963317333706b70	817425586.918042	t	\\x7b226964223a2230316d386430376b713638327a32337773623963317333706b70222c2264617465223a22323032362d31312d32365432323a33393a34362e3931383034325a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2032227d5d7d7d	358646118	{2,question}
5667950401546832402	1	1	\\x30316d386430376b747a6b3433636a3330673762787935663570	817425587.039231	t	\\x7b226964223a2230316d386430376b747a6b3433636a3330673762787935663570222c2264617465223a22323032362d31312d32365432323a33393a34372e3033393233315a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722032227d5d7d7d	3091487988	{2,answer}
8904684032778105824	0	0	\\x30316d386430376b6465346667317a336e673777366668386468	817425586.606537	t	\\x7b226964223a2230316d386430376b6465346667317a336e673777366668386468222c2264617465223a22323032362d31312d32365432323a33393a34362e3630363533375a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	1460609107	{0,question}
8904684032778105824	0	1	\\x30316d386430376b666e666865796d736b643433726a33636363	817425586.677507	t	\\x7b226964223a2230316d386430376b666e666865796d736b643433726a33636363222c2264617465223a22323032362d31312d32365432323a33393a34362e3637373530375a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	802906740	{0,answer}
8610422328920412565	0	0	\\x30316d386430376d62363764397a6d357a706778797a39337271	817425587.558983	t	\\x7b226964223a2230316d386430376d62363764397a6d357a706778797a39337271222c2264617465223a22323032362d31312d32365432323a33393a34372e3535383938335a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	328178151	{0,question}
8610422328920412565	0	1	\\x30316d386430376d637a7333397761303879617265323476636d	817425587.615466	t	\\x7b226964223a2230316d386430376d637a7333397761303879617265323476636d222c2264617465223a22323032362d31312d32365432323a33393a34372e3631353436365a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	659266571	{0,answer}
\.


--
-- Data for Name: properties; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.properties (name, value) FROM stdin;
format	conversation-history-library
schema-version	2
message-format	chat
search-version	1
\.


--
-- Data for Name: rewinds; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.rewinds (conversation, list, entry_count, body) FROM stdin;
5667950401546832402	1	2	\\x7b227265776f756e64223a7b22706f736974696f6e223a342c2264617465223a22323032362d31312d32365432323a33393a34372e3131333434315a222c22636f756e74223a322c227475726e73223a5b7b226964223a2230316d386430376b713676346a6a793166346e76773639783838222c22656e7472696573223a5b342c365d2c2273746172746564223a22323032362d31312d32365432323a33393a34362e3931383034325a222c22656e646564223a22323032362d31312d32365432323a33393a34372e3033393238385a222c226f7574636f6d65223a22636f6d706c65746564227d5d7d7d
\.


--
-- Data for Name: role_owners; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.role_owners (role, owner_user, owner_organization) FROM stdin;
\.


--
-- Data for Name: turns; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.turns (conversation, "position", body) FROM stdin;
5667950401546832402	0	\\x7b227475726e223a7b226964223a2230316d386430376b646573646d6761667a6b3172316e68743035222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365432323a33393a34362e3630363533375a222c22656e646564223a22323032362d31312d32365432323a33393a34362e3637373538305a222c226f7574636f6d65223a22636f6d706c65746564227d7d
5667950401546832402	1	\\x7b227475726e223a7b226964223a2230316d386430376b683978717376716772636b73387972663764222c22656e7472696573223a5b322c345d2c2273746172746564223a22323032362d31312d32365432323a33393a34362e3732393537335a222c22656e646564223a22323032362d31312d32365432323a33393a34362e3833363331345a222c226f7574636f6d65223a22636f6d706c65746564227d7d
8904684032778105824	0	\\x7b227475726e223a7b226964223a2230316d386430376b646573646d6761667a6b3172316e68743035222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365432323a33393a34362e3630363533375a222c22656e646564223a22323032362d31312d32365432323a33393a34362e3637373538305a222c226f7574636f6d65223a22636f6d706c65746564227d7d
8610422328920412565	0	\\x7b227475726e223a7b226964223a2230316d386430376d6237673562657a67636d336a313935676e72222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365432323a33393a34372e3535383938335a222c22656e646564223a22323032362d31312d32365432323a33393a34372e3631353537305a222c226f7574636f6d65223a22636f6d706c65746564227d7d
\.


--
-- Name: artifact_chunks artifact_chunks_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.artifact_chunks
    ADD CONSTRAINT artifact_chunks_pkey PRIMARY KEY (conversation, name, version, number);


--
-- Name: artifacts artifacts_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.artifacts
    ADD CONSTRAINT artifacts_pkey PRIMARY KEY (conversation, name, version);


--
-- Name: conversations conversations_id_key; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.conversations
    ADD CONSTRAINT conversations_id_key UNIQUE (id);


--
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (key);


--
-- Name: entries entries_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (conversation, list, "position");


--
-- Name: properties properties_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.properties
    ADD CONSTRAINT properties_pkey PRIMARY KEY (name);


--
-- Name: rewinds rewinds_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.rewinds
    ADD CONSTRAINT rewinds_pkey PRIMARY KEY (conversation, list);


--
-- Name: role_owners role_owners_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.role_owners
    ADD CONSTRAINT role_owners_pkey PRIMARY KEY (role);


--
-- Name: turns turns_pkey; Type: CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY (conversation, "position");


--
-- Name: conversations_by_date; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX conversations_by_date ON conversation_history.conversations USING btree (updated DESC, id) WHERE (deleted IS NULL);


--
-- Name: conversations_by_organization; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX conversations_by_organization ON conversation_history.conversations USING btree (owner_organization, updated DESC, id) WHERE ((deleted IS NULL) AND (owner_organization IS NOT NULL));


--
-- Name: conversations_by_user; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX conversations_by_user ON conversation_history.conversations USING btree (owner_user, updated DESC, id) WHERE ((deleted IS NULL) AND (owner_user IS NOT NULL));


--
-- Name: conversations_in_trash; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX conversations_in_trash ON conversation_history.conversations USING btree (updated DESC, id) WHERE (deleted IS NOT NULL);


--
-- Name: entries_by_date; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX entries_by_date ON conversation_history.entries USING btree (date DESC NULLS LAST) WHERE (list = 0);


--
-- Name: entries_by_word; Type: INDEX; Schema: conversation_history; Owner: -
--

CREATE INDEX entries_by_word ON conversation_history.entries USING gin (words) WITH (gin_pending_list_limit='256') WHERE (list = 0);


--
-- Name: artifact_chunks artifact_chunks_conversation_name_version_fkey; Type: FK CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.artifact_chunks
    ADD CONSTRAINT artifact_chunks_conversation_name_version_fkey FOREIGN KEY (conversation, name, version) REFERENCES conversation_history.artifacts(conversation, name, version) ON DELETE CASCADE;


--
-- Name: artifacts artifacts_conversation_fkey; Type: FK CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.artifacts
    ADD CONSTRAINT artifacts_conversation_fkey FOREIGN KEY (conversation) REFERENCES conversation_history.conversations(key) ON DELETE CASCADE;


--
-- Name: entries entries_conversation_fkey; Type: FK CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.entries
    ADD CONSTRAINT entries_conversation_fkey FOREIGN KEY (conversation) REFERENCES conversation_history.conversations(key) ON DELETE CASCADE;


--
-- Name: rewinds rewinds_conversation_fkey; Type: FK CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.rewinds
    ADD CONSTRAINT rewinds_conversation_fkey FOREIGN KEY (conversation) REFERENCES conversation_history.conversations(key) ON DELETE CASCADE;


--
-- Name: turns turns_conversation_fkey; Type: FK CONSTRAINT; Schema: conversation_history; Owner: -
--

ALTER TABLE ONLY conversation_history.turns
    ADD CONSTRAINT turns_conversation_fkey FOREIGN KEY (conversation) REFERENCES conversation_history.conversations(key) ON DELETE CASCADE;


--
-- Name: artifact_chunks; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.artifact_chunks ENABLE ROW LEVEL SECURITY;

--
-- Name: artifact_chunks artifact_chunks_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY artifact_chunks_of_owner ON conversation_history.artifact_chunks USING ((EXISTS ( SELECT
   FROM conversation_history.conversations
  WHERE (conversations.key = artifact_chunks.conversation))));


--
-- Name: artifacts; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.artifacts ENABLE ROW LEVEL SECURITY;

--
-- Name: artifacts artifacts_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY artifacts_of_owner ON conversation_history.artifacts USING ((EXISTS ( SELECT
   FROM conversation_history.conversations
  WHERE (conversations.key = artifacts.conversation))));


--
-- Name: conversations; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.conversations ENABLE ROW LEVEL SECURITY;

--
-- Name: conversations conversations_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY conversations_of_owner ON conversation_history.conversations USING (conversation_history.is_shown(owner_user, owner_organization, ( SELECT conversation_history.session_owner(CURRENT_USER) AS session_owner)));


--
-- Name: entries; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.entries ENABLE ROW LEVEL SECURITY;

--
-- Name: entries entries_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY entries_of_owner ON conversation_history.entries USING ((EXISTS ( SELECT
   FROM conversation_history.conversations
  WHERE (conversations.key = entries.conversation))));


--
-- Name: rewinds; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.rewinds ENABLE ROW LEVEL SECURITY;

--
-- Name: rewinds rewinds_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY rewinds_of_owner ON conversation_history.rewinds USING ((EXISTS ( SELECT
   FROM conversation_history.conversations
  WHERE (conversations.key = rewinds.conversation))));


--
-- Name: turns; Type: ROW SECURITY; Schema: conversation_history; Owner: -
--

ALTER TABLE conversation_history.turns ENABLE ROW LEVEL SECURITY;

--
-- Name: turns turns_of_owner; Type: POLICY; Schema: conversation_history; Owner: -
--

CREATE POLICY turns_of_owner ON conversation_history.turns USING ((EXISTS ( SELECT
   FROM conversation_history.conversations
  WHERE (conversations.key = turns.conversation))));


--
-- PostgreSQL database dump complete
--


