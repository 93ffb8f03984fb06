-- Listings show the name that their subject bears now. Whatever gives it a new one, a record of another department or a row that
-- was rejected otherwise, those who follow the feed would keep the old one. Deferred, so that the lock of feed_head is taken
-- last, as everywhere.
CREATE FUNCTION tell_new_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  listings bigint[];
  last_position bigint;
BEGIN
  SELECT array_agg(id ORDER BY id) INTO listings FROM listing WHERE subject_id = NEW.id AND record_id IS NOT NULL;
  IF listings IS NULL THEN
    RETURN NULL;
  END IF;
  UPDATE feed_head SET position = position + cardinality(listings) RETURNING position INTO last_position;
  INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id)
  SELECT last_position - cardinality(listings) + t.n, 'LISTING_CHANGED', l.subject_id, l.record_id, l.id
    FROM unnest(listings) WITH ORDINALITY AS t (id, n) JOIN listing l ON l.id = t.id;
  PERFORM pg_notify('feed', last_position::text);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "subject_new_name_told" AFTER UPDATE OF "name" ON "subject"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD."name" IS DISTINCT FROM NEW."name")
  EXECUTE FUNCTION tell_new_name();
