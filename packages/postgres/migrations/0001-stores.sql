-- Run by migrate(), or by the migration tool of the application. Where the schema has another name than "sealbearer",
-- replace it in this file. Times are milliseconds since the epoch.

CREATE TABLE "sealbearer".sessions (
  subject text NOT NULL,
  sid text NOT NULL,
  version integer NOT NULL,
  sub text NOT NULL,
  secret_hash text NOT NULL,
  current integer NOT NULL,
  previous integer NOT NULL,
  rotated_at bigint NOT NULL,
  seen boolean NOT NULL,
  started_at bigint NOT NULL,
  renewed_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  valid_until bigint NOT NULL,
  confirmation text,
  content text NOT NULL,
  PRIMARY KEY (subject, sid)
) WITH (fillfactor = 80);

-- Not on valid_until: a renewal then changes no index.
CREATE INDEX sessions_expires_at ON "sealbearer".sessions (expires_at);

CREATE TABLE "sealbearer".links (
  link text PRIMARY KEY,
  sessions text[] NOT NULL,
  ends_at bigint NOT NULL
);

CREATE INDEX links_ends_at ON "sealbearer".links (ends_at);

CREATE TABLE "sealbearer".claims (
  key_digest text PRIMARY KEY,
  ends_at bigint NOT NULL
);

CREATE INDEX claims_ends_at ON "sealbearer".claims (ends_at);

-- The mark tells an entry from another one that got the same id after a backup was put back.
CREATE TABLE "sealbearer".revocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mark uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL,
  value text NOT NULL,
  issued_until bigint,
  expires_at bigint NOT NULL
);

CREATE INDEX revocations_expires_at ON "sealbearer".revocations (expires_at);

CREATE TABLE "sealbearer".rings (
  name text PRIMARY KEY,
  digest text NOT NULL,
  content text NOT NULL
);

CREATE TABLE "sealbearer".key_sets (
  url_digest text PRIMARY KEY,
  loaded_at double precision NOT NULL,
  content text NOT NULL
);

CREATE FUNCTION "sealbearer".clock() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

-- The time of an operation: that of the application, or else that of the database. A statement that runs after its deadline has
-- failed already: a pool kept it, or the network. It must change nothing.
CREATE FUNCTION "sealbearer".time_before(at bigint, deadline bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $function$
BEGIN
  IF "sealbearer".clock() >= deadline THEN
    RAISE EXCEPTION 'the statement is too late' USING ERRCODE = 'SBLTE';
  END IF;
  RETURN coalesce(at, floor(extract(epoch FROM now()) * 1000)::bigint);
END
$function$;

-- One subject's sessions are created one after the other, so that no two find the same number of them.
CREATE FUNCTION "sealbearer".create_session(
  at bigint, deadline bigint, new_version integer, new_subject text, new_sid text, new_sub text, new_secret_hash text,
  new_confirmation text, new_content text, lifetime double precision, idle double precision, most integer
) RETURNS TABLE (outcome text, record text) LANGUAGE plpgsql AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(new_subject, 7325));
  PERFORM "sealbearer".time_before(at, deadline);
  -- There, sessions that were created while this waited are invisible. Writing one row is a conflict instead, and is retried.
  IF current_setting('transaction_isolation') = 'repeatable read' THEN
    INSERT INTO "sealbearer".claims VALUES ('sessions of ' || new_subject, at + 60000)
      ON CONFLICT (key_digest) DO UPDATE SET ends_at = excluded.ends_at;
  END IF;
  DELETE FROM "sealbearer".sessions s
    WHERE s.subject = new_subject AND s.sid = new_sid AND s.valid_until <= at AND s.version = 1;
  INSERT INTO "sealbearer".sessions AS s
    VALUES (new_subject, new_sid, new_version, new_sub, new_secret_hash, 1, 0, at, false, at, at,
      at + lifetime, at + least(lifetime, idle), new_confirmation, new_content)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'taken', NULL::text;
    RETURN;
  END IF;
  RETURN QUERY SELECT 'created', row_to_json(s)::text FROM "sealbearer".sessions s
    WHERE s.subject = new_subject AND s.sid = new_sid;
  RETURN QUERY DELETE FROM "sealbearer".sessions s WHERE s.subject = new_subject AND s.sid IN (
    SELECT o.sid FROM "sealbearer".sessions o
    WHERE o.subject = new_subject AND o.sid <> new_sid AND o.version = 1 AND o.valid_until > at
    ORDER BY o.renewed_at DESC OFFSET most - 1
  ) RETURNING 'ended', row_to_json(s)::text;
  -- Those that ended a day ago make room: all of the subject, and a few others. The day is for clocks that are set back.
  DELETE FROM "sealbearer".sessions s
    WHERE s.subject = new_subject AND s.valid_until < at - 86400000 AND s.version = 1;
  DELETE FROM "sealbearer".sessions s WHERE s.ctid = ANY (ARRAY(
    SELECT o.ctid FROM "sealbearer".sessions o WHERE o.expires_at < at - 86400000 ORDER BY o.expires_at LIMIT 4
    FOR UPDATE SKIP LOCKED
  ));
END
$function$;

-- The rule of rotation; the same as in @sealbearer/core.
CREATE FUNCTION "sealbearer".rotate_session(
  at bigint, deadline bigint, the_subject text, the_sid text, generation integer, the_secret_hash text, the_confirmation text,
  length double precision, idle double precision
) RETURNS TABLE (outcome text, record text, kind text) LANGUAGE plpgsql AS $function$
DECLARE
  s "sealbearer".sessions;
  result text;
BEGIN
  SELECT * INTO s FROM "sealbearer".sessions o
    WHERE o.subject = the_subject AND o.sid = the_sid AND o.valid_until > at FOR UPDATE;
  -- Another transaction may have held the row for long.
  PERFORM "sealbearer".time_before(at, deadline);
  IF s.version <> 1 THEN
    RETURN QUERY SELECT 'version', NULL::text, NULL::text;
    RETURN;
  END IF;
  IF s.sid IS NULL OR s.secret_hash <> the_secret_hash THEN
    RETURN QUERY SELECT 'refused', NULL::text, 'unknown';
    RETURN;
  END IF;
  IF s.confirmation IS DISTINCT FROM the_confirmation THEN
    RETURN QUERY SELECT 'refused', NULL::text, 'confirmation';
    RETURN;
  END IF;
  result := CASE
    WHEN generation = s.current AND s.confirmation IS NOT NULL THEN 'kept'
    WHEN generation = s.current THEN 'renewed'
    WHEN generation = s.previous AND abs(at - s.rotated_at) <= length THEN 'repeated'
    WHEN generation = s.previous AND NOT s.seen THEN 'displaced'
    ELSE 'reuse'
  END;
  IF result = 'repeated' THEN
    RETURN QUERY SELECT result, row_to_json(s)::text, NULL::text;
    RETURN;
  END IF;
  IF result = 'reuse' THEN
    DELETE FROM "sealbearer".sessions o WHERE o.subject = the_subject AND o.sid = the_sid;
    RETURN QUERY SELECT result, row_to_json(s)::text, CASE
      WHEN generation > s.current THEN 'ahead' WHEN generation > s.previous THEN 'displaced' ELSE 'replayed'
    END;
    RETURN;
  END IF;
  RETURN QUERY UPDATE "sealbearer".sessions AS o SET
    renewed_at = at,
    valid_until = least(o.expires_at, at + idle),
    previous = CASE WHEN result = 'renewed' THEN o.current ELSE o.previous END,
    current = CASE WHEN result = 'kept' THEN o.current ELSE o.current + 1 END,
    rotated_at = CASE WHEN result = 'kept' THEN o.rotated_at ELSE at END,
    seen = result = 'kept' AND o.seen
    WHERE o.subject = the_subject AND o.sid = the_sid
    RETURNING result, row_to_json(o)::text, NULL::text;
END
$function$;

-- The rule for the use of an access token.
CREATE FUNCTION "sealbearer".mark_session_seen(at bigint, the_subject text, the_sid text, generation integer)
RETURNS TABLE (outcome text, record text, kind text) LANGUAGE plpgsql AS $function$
DECLARE
  s "sealbearer".sessions;
BEGIN
  SELECT * INTO s FROM "sealbearer".sessions o
    WHERE o.subject = the_subject AND o.sid = the_sid AND o.valid_until > at FOR UPDATE;
  IF s.version <> 1 THEN
    RETURN QUERY SELECT 'version', NULL::text, NULL::text;
  ELSIF s.sid IS NULL THEN
    RETURN QUERY SELECT 'refused', NULL::text, 'unknown';
  ELSIF generation > s.previous AND generation < s.current THEN
    DELETE FROM "sealbearer".sessions o WHERE o.subject = the_subject AND o.sid = the_sid;
    RETURN QUERY SELECT 'reuse', row_to_json(s)::text, 'displaced';
  ELSIF generation <> s.current OR s.seen THEN
    RETURN QUERY SELECT 'ignored', row_to_json(s)::text, NULL::text;
  ELSE
    RETURN QUERY UPDATE "sealbearer".sessions AS o SET seen = true
      WHERE o.subject = the_subject AND o.sid = the_sid RETURNING 'seen', row_to_json(o)::text, NULL::text;
  END IF;
END
$function$;

-- One after the other: the entries become visible in the order of their ids, and a reader misses none.
CREATE FUNCTION "sealbearer".append_revocation(
  at bigint, new_kind text, new_value text, new_issued_until bigint, new_expires_at double precision
) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('"sealbearer".revocations', 7325));
  -- The last one stays, since readers name it as their position.
  DELETE FROM "sealbearer".revocations r WHERE r.id IN (
    SELECT o.id FROM "sealbearer".revocations o
    WHERE o.expires_at <= at AND o.id < (SELECT max(id) FROM "sealbearer".revocations)
    ORDER BY o.expires_at LIMIT 16
  );
  INSERT INTO "sealbearer".revocations (kind, value, issued_until, expires_at)
    VALUES (new_kind, new_value, new_issued_until, new_expires_at);
END
$function$;
