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
-- Name: session_name(text); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.session_name(setting text) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN coalesce(value, '') = '' THEN NULL
    WHEN starts_with(value, '\x') THEN decode(substr(value, 3), 'hex')
    ELSE convert_to(value, 'UTF8')
  END FROM (SELECT current_setting('conversation_history.' || setting, true) AS value) AS settings
$$;


--
-- Name: session_owner_organization(); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.session_owner_organization() RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'conversation_history', 'pg_temp'
    AS $$
  SELECT coalesce(
    (SELECT owner_organization FROM role_owners WHERE role = session_user),
    session_name('organization')
  )
$$;


--
-- Name: session_owner_user(); Type: FUNCTION; Schema: conversation_history; Owner: -
--

CREATE FUNCTION conversation_history.session_owner_user() RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'conversation_history', 'pg_temp'
    AS $$
  SELECT coalesce((SELECT owner_user FROM role_owners WHERE role = session_user), session_name('user'))
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
    byte_count bigint NOT NULL
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
    head bytea NOT NULL
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
    words text[] COLLATE pg_catalog."C"
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
    role name NOT NULL,
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
6114990968694437303	\\x6e6f7465732e747874	1	0	\\x6f6c64206e6f746573	\\x14bfe7b837d4188cea0cd08854da77db5aaa5fa855bc82e8a8469f9c61468a2d
6114990968694437303	\\x6e6f7465732e747874	2	0	\\x736f6d65206e6f746573	\\x237bac67a518e2dfc901ecbf060f59cde465d4644cf9d0783a877a321f9bbcb3
\.


--
-- Data for Name: artifacts; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.artifacts (conversation, name, version, type, created, byte_count) FROM stdin;
6114990968694437303	\\x6e6f7465732e747874	1	\\x746578742f706c61696e	817353791.167436	9
6114990968694437303	\\x6e6f7465732e747874	2	\\x746578742f706c61696e	817353791.169955	10
\.


--
-- Data for Name: conversations; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.conversations (key, id, revision, stamp, title, has_owner, owner_user, owner_organization, created, updated, snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count, entry_count, turn_count, rewind_count, head) FROM stdin;
6114990968694437303	\\x6669727374	7	2092626796544855415	\\x546865206669727374	t	\\x616461	\\x616e616c79746963616c	800000000	817353791.165598	817353791.165598	\N	\\x7b22636f6c6f7572223a22626c7565227d	f	\N	\N	4	4	2	1	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a226669727374222c2263726561746564223a22323032362d30352d30395430363a31333a32305a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c226f776e6572223a7b2275736572223a22616461222c226f7267616e697a6174696f6e223a22616e616c79746963616c227d2c22636865636b73756d223a223337643938336630227d7d0a
7532027482202130329	\\x666f726b	0	-8972847779650781527	\\x546865206669727374	t	\\x616461	\\x616e616c79746963616c	817353791.172446	817353791.172446	817353791.172446	\N	\\x7b22636f6c6f7572223a22626c7565227d	t	\\x6669727374	\\x30316d386176726a6e6d6a34626e66666d363637373536796633	2	2	1	0	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a22666f726b222c2263726561746564223a22323032362d31312d32365430323a34333a31312e3137323434365a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c226f776e6572223a7b2275736572223a22616461222c226f7267616e697a6174696f6e223a22616e616c79746963616c227d2c226f726967696e223a7b22636f6e766572736174696f6e223a226669727374222c22656e747279223a2230316d386176726a6e6d6a34626e66666d363637373536796633227d2c22636865636b73756d223a223264356135353063227d7d0a
6604128258149502727	\\x64656c65746564	1	-5189451216083240333	\N	f	\N	\N	817353791.174264	817353791.175897	817353791.175897	817353791.177295	\\x7b7d	f	\N	\N	2	2	1	0	\\x7b22666f726d6174223a22636f6e766572736174696f6e2d686973746f7279222c2276657273696f6e223a322c226d65737361676573223a2263686174222c226c696e65616765223a22222c226964223a2230316d386176726a7036747378343271643571316e6e6d366e7a222c2263726561746564223a22323032362d31312d32365430323a34333a31312e3137343236345a222c22686973746f7279223a5b0a0a5d2c227374617465223a7b227265766973696f6e223a302c22636f756e74223a302c22636865636b73756d223a226566643430626630227d7d0a
\.


--
-- Data for Name: entries; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.entries (conversation, list, "position", id, date, is_message, body, checksum, words) FROM stdin;
6114990968694437303	0	0	\\x30316d386176726a6d7077627365686635687878766239747464	817353791.12662	t	\\x7b226964223a2230316d386176726a6d7077627365686635687878766239747464222c2264617465223a22323032362d31312d32365430323a34333a31312e3132363632305a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	3627183502	{0,question}
6114990968694437303	0	1	\\x30316d386176726a6e6d6a34626e66666d363637373536796633	817353791.156144	t	\\x7b226964223a2230316d386176726a6e6d6a34626e66666d363637373536796633222c2264617465223a22323032362d31312d32365430323a34333a31312e3135363134345a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	220813053	{0,answer}
6114990968694437303	0	2	\\x30316d386176726a6e7074346464363771743061787735706431	817353791.158282	t	\\x7b226964223a2230316d386176726a6e7074346464363771743061787735706431222c2264617465223a22323032362d31312d32365430323a34333a31312e3135383238325a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2031227d5d7d7d	3410313801	{1,question}
6114990968694437303	0	3	\\x30316d386176726a6e72616b3837656b37797964737661746d77	817353791.16088	t	\\x7b226964223a2230316d386176726a6e72616b3837656b37797964737661746d77222c2264617465223a22323032362d31312d32365430323a34333a31312e3136303838305a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722031227d5d7d7d	1803188371	{1,answer}
6114990968694437303	1	0	\\x30316d386176726a6e74786832656a7336727a7738723776677a	817353791.162547	t	\\x7b226964223a2230316d386176726a6e74786832656a7336727a7738723776677a222c2264617465223a22323032362d31312d32365430323a34333a31312e3136323534375a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2032227d5d7d7d	2620021439	{2,question}
6114990968694437303	1	1	\\x30316d386176726a6e766363683638656167767a707331637030	817353791.163889	t	\\x7b226964223a2230316d386176726a6e766363683638656167767a707331637030222c2264617465223a22323032362d31312d32365430323a34333a31312e3136333838395a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722032227d5d7d7d	306611653	{2,answer}
7532027482202130329	0	0	\\x30316d386176726a6d7077627365686635687878766239747464	817353791.12662	t	\\x7b226964223a2230316d386176726a6d7077627365686635687878766239747464222c2264617465223a22323032362d31312d32365430323a34333a31312e3132363632305a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	3627183502	{0,question}
7532027482202130329	0	1	\\x30316d386176726a6e6d6a34626e66666d363637373536796633	817353791.156144	t	\\x7b226964223a2230316d386176726a6e6d6a34626e66666d363637373536796633222c2264617465223a22323032362d31312d32365430323a34333a31312e3135363134345a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	220813053	{0,answer}
6604128258149502727	0	0	\\x30316d386176726a703636357168347376787733627864336165	817353791.174303	t	\\x7b226964223a2230316d386176726a703636357168347376787733627864336165222c2264617465223a22323032362d31312d32365430323a34333a31312e3137343330335a222c226d657373616765223a7b22726f6c65223a2275736572222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a227175657374696f6e2030227d5d7d7d	2561592171	{0,question}
6604128258149502727	0	1	\\x30316d386176726a70376a633930646e653672326e79686d7065	817353791.175827	t	\\x7b226964223a2230316d386176726a70376a633930646e653672326e79686d7065222c2264617465223a22323032362d31312d32365430323a34333a31312e3137353832375a222c226d657373616765223a7b22726f6c65223a22617373697374616e74222c22636f6e74656e74223a5b7b2274797065223a2274657874222c2274657874223a22616e737765722030227d5d7d7d	1042039141	{0,answer}
\.


--
-- Data for Name: properties; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.properties (name, value) FROM stdin;
format	conversation-history-library
schema-version	1
message-format	chat
search-version	1
\.


--
-- Data for Name: rewinds; Type: TABLE DATA; Schema: conversation_history; Owner: -
--

COPY conversation_history.rewinds (conversation, list, entry_count, body) FROM stdin;
6114990968694437303	1	2	\\x7b227265776f756e64223a7b22706f736974696f6e223a342c2264617465223a22323032362d31312d32365430323a34333a31312e3136353236325a222c22636f756e74223a322c227475726e73223a5b7b226964223a2230316d386176726a6e7473613837643376356a7277377472716e222c22656e7472696573223a5b342c365d2c2273746172746564223a22323032362d31312d32365430323a34333a31312e3136323534375a222c22656e646564223a22323032362d31312d32365430323a34333a31312e3136333935365a222c226f7574636f6d65223a22636f6d706c65746564227d5d7d7d
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
6114990968694437303	0	\\x7b227475726e223a7b226964223a2230316d386176726a6d70346238686d6233303732707462626a71222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365430323a34333a31312e3132363632305a222c22656e646564223a22323032362d31312d32365430323a34333a31312e3135363237375a222c226f7574636f6d65223a22636f6d706c65746564227d7d
6114990968694437303	1	\\x7b227475726e223a7b226964223a2230316d386176726a6e7074336776666231623074356332353570222c22656e7472696573223a5b322c345d2c2273746172746564223a22323032362d31312d32365430323a34333a31312e3135383238325a222c22656e646564223a22323032362d31312d32365430323a34333a31312e3136303936345a222c226f7574636f6d65223a22636f6d706c65746564227d7d
7532027482202130329	0	\\x7b227475726e223a7b226964223a2230316d386176726a6d70346238686d6233303732707462626a71222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365430323a34333a31312e3132363632305a222c22656e646564223a22323032362d31312d32365430323a34333a31312e3135363237375a222c226f7574636f6d65223a22636f6d706c65746564227d7d
6604128258149502727	0	\\x7b227475726e223a7b226964223a2230316d386176726a7036737763647a72737a6b3138396e35306d222c22656e7472696573223a5b302c325d2c2273746172746564223a22323032362d31312d32365430323a34333a31312e3137343330335a222c22656e646564223a22323032362d31312d32365430323a34333a31312e3137353839335a222c226f7574636f6d65223a22636f6d706c65746564227d7d
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
    ADD CONSTRAINT entries_pkey PRIMARY KEY (conversation, list, "position") DEFERRABLE;


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
    ADD CONSTRAINT turns_pkey PRIMARY KEY (conversation, "position") DEFERRABLE;


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

CREATE POLICY conversations_of_owner ON conversation_history.conversations USING ((((( SELECT conversation_history.session_owner_user() AS session_owner_user) IS NULL) OR (owner_user = ( SELECT conversation_history.session_owner_user() AS session_owner_user))) AND ((( SELECT conversation_history.session_owner_organization() AS session_owner_organization) IS NULL) OR (owner_organization = ( SELECT conversation_history.session_owner_organization() AS session_owner_organization))) AND ((( SELECT conversation_history.session_owner_user() AS session_owner_user) IS NOT NULL) OR (( SELECT conversation_history.session_owner_organization() AS session_owner_organization) IS NOT NULL))));


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


