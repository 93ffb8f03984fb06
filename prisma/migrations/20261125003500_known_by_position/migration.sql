-- What was known then is told by positions of the change feed, which are taken in the order of commits: an event of a
-- listing bears the place of that event, and moments map to positions.
ALTER TABLE "feed_event" ADD COLUMN "listing_seq" INTEGER,
ALTER COLUMN "at" SET DEFAULT clock_timestamp();

-- Every event of a listing made one entry so far, in the same order.
ALTER TABLE "feed_event" DISABLE TRIGGER "feed_event_append_only";
UPDATE "feed_event" f SET "listing_seq" = e."seq"
  FROM (SELECT "position", "listing_id", row_number() OVER (PARTITION BY "listing_id" ORDER BY "position") AS n
          FROM "feed_event" WHERE "listing_id" IS NOT NULL) p
  JOIN (SELECT "listing_id", "seq", row_number() OVER (PARTITION BY "listing_id" ORDER BY "seq") AS n
          FROM "listing_event" WHERE "type" NOT IN ('NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED')) e USING ("listing_id", n)
 WHERE f."position" = p."position";
ALTER TABLE "feed_event" ENABLE TRIGGER "feed_event_append_only";

DROP INDEX "listing_event_subject";
CREATE INDEX "feed_event_at_position_idx" ON "feed_event" ("at", "position");
CREATE INDEX "feed_event_subject_id_position_idx" ON "feed_event" ("subject_id", "position");
CREATE INDEX "feed_event_record" ON "feed_event" ("record_id", "position") WHERE "listing_id" IS NULL;
CREATE INDEX "feed_event_listing" ON "feed_event" ("listing_id", "position" DESC) WHERE "listing_seq" IS NOT NULL;
