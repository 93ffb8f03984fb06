-- A repair is a version of the record, with the day on which it was decided.
ALTER TABLE "record_version" DROP CONSTRAINT "record_version_kind";
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_kind" CHECK ("kind" IN ('SUBMITTED', 'CORRECTED', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED'));
ALTER TABLE "record_change" DROP CONSTRAINT "record_change_kind";
ALTER TABLE "record_change" ADD CONSTRAINT "record_change_kind" CHECK ("kind" IN ('CORRECTED', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED'));

-- Records that were repaired before: their cases tell the day.
WITH granted AS (
  SELECT r."id", r."version", d."department_id", c."code", e."data", e."effective_on", e."recorded_at"
    FROM "record" r
    JOIN "dataset" d ON d."id" = r."dataset_id"
    JOIN "remedy_case" c ON c."record_id" = r."id" AND c."kind" = 'REPAIR'
    JOIN "remedy_event" e ON e."case_id" = c."id" AND e."type" = 'GRANTED'
   WHERE r."status" = 'REPAIRED'
), changed AS (
  INSERT INTO "record_change" ("department_id", "change_id", "input_mac", "kind", "record_id", "version", "changed_at")
  SELECT "department_id", 'remedy ' || "code", '', 'REPAIRED', "id", "version" + 1, "recorded_at" FROM granted
  RETURNING "id", "record_id"
), written AS (
  INSERT INTO "record_version" ("record_id", "version", "content", "dataset_version_id", "change_ref", "kind", "reason", "document_no", "decided_on", "recorded_at")
  SELECT g."id", g."version" + 1, v."content", v."dataset_version_id", c."id", 'REPAIRED', g."data" ->> 'reasons', g."data" ->> 'documentNo', g."effective_on", g."recorded_at"
    FROM granted g
    JOIN changed c ON c."record_id" = g."id"
    JOIN "record_version" v ON v."record_id" = g."id" AND v."version" = g."version"
)
UPDATE "record" r SET "version" = g."version" + 1 FROM granted g WHERE g."id" = r."id";
