-- Erasing a natural person (个人信息保护法 art. 47) is the only thing that may rewrite what has happened, and only its texts:
-- the arguments of a trigger name the columns, everything else of the row has to stay as it was. A setting alone could be
-- made by anybody and ownership alone would lift the guard for every act of the owner; it takes both. The service's role
-- owns nothing, so for it the only way is `erase_person`, which runs as the owner.
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND current_setting('exchange.erasing', true) = 'yes'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER "listing_event_append_only" BEFORE UPDATE OR DELETE ON "listing_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('data', 'state');
CREATE OR REPLACE TRIGGER "remedy_event_append_only" BEFORE UPDATE OR DELETE ON "remedy_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('data');
CREATE OR REPLACE TRIGGER "measure_task_event_append_only" BEFORE UPDATE OR DELETE ON "measure_task_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('data');
CREATE OR REPLACE TRIGGER "identity_event_append_only" BEFORE UPDATE OR DELETE ON "identity_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('data');
CREATE OR REPLACE TRIGGER "doubtful_number_decision_append_only" BEFORE UPDATE OR DELETE ON "doubtful_number_decision" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('value_key', 'reason');
CREATE OR REPLACE TRIGGER "administration_event_append_only" BEFORE UPDATE OR DELETE ON "administration_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('facts');

-- Rows of erased records that are sent again are refused without the person being made anew.
CREATE INDEX "record_erased" ON "record" ("dataset_id", "source_key") WHERE "content_mac" = '';

-- What stands against erasing a person: the kind, and the number of the record, listing, case, task or batch. The one place
-- where this is said.
CREATE FUNCTION erasure_hindrances(person bigint) RETURNS TABLE (kind text, ref bigint) LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT 'LISTING', id FROM listing WHERE subject_id = person AND phase NOT IN ('DROPPED', 'ENDED')
  UNION ALL SELECT 'RECORD', id FROM record WHERE subject_id = person AND status = 'ACTIVE'
  UNION ALL SELECT 'RESPONSIBLE', r.id FROM responsible_person p JOIN record r ON r.id = p.record_id
             WHERE p.subject_id = person AND r.status = 'ACTIVE'
  UNION ALL SELECT 'CASE', c.id FROM remedy_case c JOIN record r ON r.id = c.record_id
             WHERE c.closed_at IS NULL AND (r.subject_id = person OR EXISTS (
               SELECT FROM responsible_person p WHERE p.record_id = r.id AND p.subject_id = person))
  UNION ALL SELECT 'TASK', t.id FROM measure_task t JOIN listing l ON l.id = t.listing_id
             WHERE l.subject_id = person AND t.phase <> 'LIFTED'
  UNION ALL SELECT DISTINCT 'FILE', b.id FROM batch b JOIN record_version v ON v.batch_ref = b.id JOIN record r ON r.id = v.record_id
             WHERE b.finished_at IS NULL AND b.channel = 'FILE' AND r.subject_id = person
  -- A whole is erased subject by subject, once it was taken apart: nothing of it then stays under another number.
  UNION ALL SELECT 'MERGED', o.id FROM subject s JOIN subject o ON o.canonical_id = s.canonical_id AND o.id <> s.id
             WHERE s.id = person
$$;

-- Names of one character would be found inside words.
CREATE FUNCTION names_of_person(person bigint) RETURNS text[] LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(name ORDER BY length(name) DESC), '{}') FROM (
    SELECT name FROM subject WHERE id = person UNION SELECT name FROM subject_name WHERE subject_id = person
    UNION SELECT name FROM responsible_person WHERE subject_id = person) n
   WHERE length(name) > 1
$$;

CREATE FUNCTION without_names(given text, names text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    given := replace(given, name, '〔已删除〕');
  END LOOP;
  RETURN given;
END $$;

-- The texts inside a JSON value: emptied, or where names are given only freed of these. What stands under a kept key has a
-- closed form: days, codes, numbers of documents.
CREATE FUNCTION without_texts(given jsonb, kept text[], names text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE jsonb_typeof(given)
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (kept) THEN value ELSE public.without_texts(value, kept, names) END), '{}')
        FROM jsonb_each(given))
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg(public.without_texts(value, kept, names) ORDER BY n), '[]')
        FROM jsonb_array_elements(given) WITH ORDINALITY AS e (value, n))
    WHEN 'string' THEN to_jsonb(CASE WHEN names IS NULL THEN '' ELSE public.without_names(given #>> '{}', names) END)
    ELSE given
  END;
END $$;

-- Erases the texts about a person from what is append-only and notes who did it and why. `naming`: records of others that name
-- the person; of what happened to these, only the name goes. Refuses where the conditions do not hold, whoever calls it.
CREATE FUNCTION erase_person(person bigint, naming bigint[], actor text, facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  known text[] := names_of_person(person);
BEGIN
  PERFORM FROM subject WHERE id = person AND kind = 'PERSON' FOR NO KEY UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM erasure_hindrances(person)) THEN
    RAISE EXCEPTION 'subject % may not be erased', person USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  PERFORM set_config('exchange.erasing', 'yes', true);

  -- A listing that was corrected to another subject said the person's own grounds before.
  UPDATE listing_event e
     SET data = without_texts(e.data, '{listedOn,endsOn,exitedOn,publishedOn,objectUntil,grade,decisionNo,documentNo,case,by}', about.names),
         state = jsonb_set(e.state, '{reason}', without_texts(e.state -> 'reason', '{}', about.names))
    FROM (SELECT a.listing_id, a.seq,
                 CASE WHEN l.subject_id <> person AND (a.state ->> 'subjectId')::bigint <> person THEN known END AS names
            FROM listing l JOIN listing_event a ON a.listing_id = l.id
           WHERE l.subject_id = person OR l.record_id = ANY (naming)) about
   WHERE e.listing_id = about.listing_id AND e.seq = about.seq;

  UPDATE remedy_event e
     SET data = without_texts(e.data, '{answer,inspection,outcome,documentNo,rule,dueOn,signedOn}',
                              CASE WHEN r.subject_id <> person THEN known END)
    FROM remedy_case c JOIN record r ON r.id = c.record_id
   WHERE c.id = e.case_id AND (r.subject_id = person OR r.id = ANY (naming));

  UPDATE measure_task_event e
     SET data = without_texts(e.data, '{matter,documentNo,actedOn,reason,overOn,liftedOn,step,dueOn}',
                              CASE WHEN l.subject_id <> person THEN known END)
    FROM measure_task t JOIN listing l ON l.id = t.listing_id
   WHERE t.id = e.task_id AND (l.subject_id = person OR l.record_id = ANY (naming));

  UPDATE identity_event e
     SET data = without_texts(e.data, '{suspicion,verdict,ground,documentNo}', NULL)
    FROM identity_proposal p WHERE p.id = e.proposal_id AND person IN (p.low_id, p.high_id);

  UPDATE doubtful_number_decision d
     SET value_key = '', reason = ''
    FROM subject_identifier i WHERE i.subject_id = person AND i.scheme = d.scheme AND i.value_key = d.value_key;
  UPDATE doubtful_number_decision
     SET reason = without_names(reason, known)
   WHERE EXISTS (SELECT FROM unnest(known) AS name WHERE strpos(reason, name) > 0);

  -- Reasons that administrators gave for rows and files.
  UPDATE administration_event e
     SET facts = without_texts(e.facts, '{batchId}', known)
   WHERE (e.action LIKE 'HELD\_ROW\_%' OR e.action LIKE 'BATCH\_%')
     AND EXISTS (SELECT FROM unnest(known) AS name WHERE strpos(e.facts ->> 'reason', name) > 0);

  PERFORM set_config('exchange.erasing', '', true);
  INSERT INTO administration_event (actor, action, target, facts)
  VALUES (erase_person.actor, 'SUBJECT_ERASED', person::text, erase_person.facts);
END $$;
REVOKE EXECUTE ON FUNCTION erase_person(bigint, bigint[], text, jsonb) FROM PUBLIC;
