-- A removal by an act stands apart from the day of exit that a record names: correcting the record lists nobody again.

-- AlterTable
ALTER TABLE "listing" ADD COLUMN     "removed_on" DATE;

UPDATE "listing" l SET "removed_on" = e."effective_on"
  FROM (SELECT "listing_id", max("effective_on") AS "effective_on" FROM "listing_event"
         WHERE "type" = 'REMOVED' AND "data" ? 'documentNo' GROUP BY "listing_id") e
 WHERE e."listing_id" = l."id" AND l."phase" = 'ENDED' AND l."exit_kind" = 'REMOVED';

CREATE OR REPLACE FUNCTION listing_state(l listing) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'phase', l.phase, 'listTypeCode', l.list_type_code, 'subjectId', l.subject_id, 'recordId', l.record_id,
    'datasetId', l.dataset_id, 'departmentId', l.department_id, 'departmentName', l.department_name,
    'grade', l.grade, 'decisionNo', l.decision_no, 'reason', l.reason,
    'listedOn', l.listed_on, 'endsOn', l.ends_on, 'exitedOn', l.exited_on, 'exitKind', l.exit_kind,
    'removedOn', l.removed_on, 'publishedOn', l.published_on, 'disputedSince', l.disputed_since,
    'suspended', l.suspended)
$$;
