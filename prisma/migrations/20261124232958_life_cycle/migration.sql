-- The life cycle of memberships, dated rules of lists and publication, responsible persons, remedies.

-- AlterTable
ALTER TABLE "listing" ADD COLUMN     "disputed_since" DATE,
ADD COLUMN     "phase" TEXT NOT NULL DEFAULT 'LISTED',
ADD COLUMN     "published_on" DATE,
ADD COLUMN     "suspended" datemultirange NOT NULL DEFAULT '{}',
ALTER COLUMN "record_id" DROP NOT NULL,
ALTER COLUMN "listed_on" DROP NOT NULL;

-- AlterTable
ALTER TABLE "listing_event" ADD COLUMN     "state" JSONB,
ALTER COLUMN "recorded_at" SET DEFAULT clock_timestamp();

-- CreateTable
CREATE TABLE "list_rule" (
    "list_type_code" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "term_months" INTEGER,
    "early_exit_months" INTEGER,
    "objection_clock" TEXT,
    "legal_basis" JSONB NOT NULL,

    CONSTRAINT "list_rule_pkey" PRIMARY KEY ("list_type_code","effective_from")
);

-- CreateTable
CREATE TABLE "publication_rule" (
    "category" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "shown" BOOLEAN NOT NULL,
    "min_months" INTEGER,
    "max_months" INTEGER,
    "legal_basis" JSONB NOT NULL,

    CONSTRAINT "publication_rule_pkey" PRIMARY KEY ("category","grade","effective_from")
);

-- CreateTable
CREATE TABLE "penalty_grade" (
    "kind" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "grade" TEXT NOT NULL,
    "legal_basis" JSONB NOT NULL,

    CONSTRAINT "penalty_grade_pkey" PRIMARY KEY ("kind","effective_from")
);

-- CreateTable
CREATE TABLE "listing_action" (
    "department_id" INTEGER NOT NULL,
    "action_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "acted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "listing_action_pkey" PRIMARY KEY ("department_id","action_id")
);

-- CreateTable
CREATE TABLE "responsible_person" (
    "record_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "subject_id" BIGINT,

    CONSTRAINT "responsible_person_pkey" PRIMARY KEY ("record_id","position")
);

-- CreateTable
CREATE TABLE "remedy_case" (
    "id" BIGSERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "opened_by_id" INTEGER NOT NULL,
    "opening_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "record_id" BIGINT NOT NULL,
    "listing_id" BIGINT,
    "channel" TEXT NOT NULL,
    "applicant" BYTEA NOT NULL,
    "grounds" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "opened_on" DATE NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "remedy_case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "remedy_event" (
    "case_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "department_id" INTEGER,
    "action_id" TEXT,
    "input_mac" TEXT,

    CONSTRAINT "remedy_event_pkey" PRIMARY KEY ("case_id","seq")
);

-- CreateIndex
CREATE INDEX "responsible_person_subject_id_idx" ON "responsible_person"("subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "remedy_case_code_key" ON "remedy_case"("code");

-- CreateIndex
CREATE INDEX "remedy_case_record_id_idx" ON "remedy_case"("record_id");

-- CreateIndex
CREATE INDEX "remedy_case_phase_idx" ON "remedy_case"("phase");

-- CreateIndex
CREATE UNIQUE INDEX "remedy_case_opened_by_id_opening_id_key" ON "remedy_case"("opened_by_id", "opening_id");

-- CreateIndex
CREATE UNIQUE INDEX "remedy_event_department_id_action_id_key" ON "remedy_event"("department_id", "action_id");

-- AddForeignKey
ALTER TABLE "list_rule" ADD CONSTRAINT "list_rule_list_type_code_fkey" FOREIGN KEY ("list_type_code") REFERENCES "list_type"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing_action" ADD CONSTRAINT "listing_action_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing_action" ADD CONSTRAINT "listing_action_listing_id_fkey" FOREIGN KEY ("listing_id") REFERENCES "listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "responsible_person" ADD CONSTRAINT "responsible_person_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "responsible_person" ADD CONSTRAINT "responsible_person_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_opened_by_id_fkey" FOREIGN KEY ("opened_by_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_listing_id_fkey" FOREIGN KEY ("listing_id") REFERENCES "listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remedy_event" ADD CONSTRAINT "remedy_event_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "remedy_case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The term of a list becomes the first of its dated rules.
INSERT INTO "list_rule" ("list_type_code", "effective_from", "effective_to", "term_months", "legal_basis")
SELECT "code", "effective_from", "effective_to", "term_months", "basis" FROM "list_type" WHERE jsonb_array_length("basis") > 0;
ALTER TABLE "list_type" DROP COLUMN "term_months";

-- In force (有效) on a day: from the day of listing to the last day of its term, not on or after the day of exit, and
-- not while a court-approved plan suspends it. The one place where this is said; memberships of today and those known
-- at an earlier moment are judged alike.
CREATE FUNCTION listing_in_force(listed_on date, ends_on date, exited_on date, suspended datemultirange, day date)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT listed_on <= day AND (ends_on IS NULL OR day <= ends_on) AND (exited_on IS NULL OR day < exited_on)
         AND NOT suspended @> day
$$;

-- All that holds of a membership, as its events keep it.
CREATE FUNCTION listing_state(l listing) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'phase', l.phase, 'listTypeCode', l.list_type_code, 'subjectId', l.subject_id, 'recordId', l.record_id,
    'datasetId', l.dataset_id, 'departmentId', l.department_id, 'departmentName', l.department_name,
    'grade', l.grade, 'decisionNo', l.decision_no, 'reason', l.reason,
    'listedOn', l.listed_on, 'endsOn', l.ends_on, 'exitedOn', l.exited_on, 'exitKind', l.exit_kind,
    'publishedOn', l.published_on, 'disputedSince', l.disputed_since, 'suspended', l.suspended)
$$;

-- Events written before kept no state; what they said tells it. A listing said all that its record said, an end its day.
ALTER TABLE "listing" ALTER COLUMN "phase" DROP DEFAULT;
UPDATE "listing" SET "phase" = 'ENDED' WHERE "exited_on" <= (now() AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE "listing_event" DISABLE TRIGGER "listing_event_append_only";
UPDATE "listing_event" e SET "state" = listing_state(l) || said."state" || CASE
         WHEN e."type" NOT IN ('LISTED', 'CORRECTED') THEN jsonb_build_object('phase', 'ENDED', 'exitKind', e."type",
           'exitedOn', least((said."state" ->> 'exitedOn')::date, e."effective_on"))
         WHEN (said."state" ->> 'exitedOn')::date <= (e."recorded_at" AT TIME ZONE 'Asia/Shanghai')::date
         THEN jsonb_build_object('phase', 'ENDED', 'exitKind', 'REMOVED')
         ELSE jsonb_build_object('phase', 'LISTED', 'exitKind', CASE WHEN said."state" ->> 'exitedOn' IS NOT NULL THEN 'REMOVED' END)
       END
  FROM "listing" l,
       (SELECT a."listing_id", a."seq", (
          SELECT jsonb_build_object('listedOn', p."effective_on") || p."data" FROM "listing_event" p
           WHERE p."listing_id" = a."listing_id" AND p."seq" <= a."seq" AND p."type" IN ('LISTED', 'CORRECTED')
           ORDER BY p."seq" DESC LIMIT 1) AS "state" FROM "listing_event" a) said
 WHERE l."id" = e."listing_id" AND said."listing_id" = e."listing_id" AND said."seq" = e."seq";
ALTER TABLE "listing_event" ENABLE TRIGGER "listing_event_append_only";
ALTER TABLE "listing_event" ALTER COLUMN "state" SET NOT NULL;

-- Closed sets of states.
ALTER TABLE "listing" ADD CONSTRAINT "listing_phase" CHECK ("phase" IN ('NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED', 'LISTED', 'ENDED'));
ALTER TABLE "listing" ADD CONSTRAINT "listing_rests_on_a_record" CHECK (("phase" IN ('LISTED', 'ENDED')) = ("record_id" IS NOT NULL AND "listed_on" IS NOT NULL));
ALTER TABLE "listing" ADD CONSTRAINT "listing_exit_kind" CHECK ("exit_kind" IN ('REMOVED', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED', 'WRONGFUL'));
ALTER TABLE "list_rule" ADD CONSTRAINT "list_rule_needs_basis" CHECK (jsonb_array_length("legal_basis") > 0);
ALTER TABLE "list_rule" ADD CONSTRAINT "list_rule_dates" CHECK ("effective_to" IS NULL OR "effective_to" >= "effective_from");
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_needs_basis" CHECK (jsonb_array_length("legal_basis") > 0);
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_dates" CHECK ("effective_to" IS NULL OR "effective_to" >= "effective_from");
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_grade" CHECK ("grade" IN ('MINOR', 'ORDINARY', 'SERIOUS'));
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_category" CHECK ("category" IN ('PENALTY', 'LIST', 'DISCLOSURE'));
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_months" CHECK ("min_months" <= "max_months");
ALTER TABLE "penalty_grade" ADD CONSTRAINT "penalty_grade_needs_basis" CHECK (jsonb_array_length("legal_basis") > 0);
ALTER TABLE "penalty_grade" ADD CONSTRAINT "penalty_grade_dates" CHECK ("effective_to" IS NULL OR "effective_to" >= "effective_from");
ALTER TABLE "penalty_grade" ADD CONSTRAINT "penalty_grade_grade" CHECK ("grade" IN ('MINOR', 'ORDINARY', 'SERIOUS'));
ALTER TABLE "responsible_person" ADD CONSTRAINT "responsible_person_role" CHECK ("role" IN ('LEGAL_REPRESENTATIVE', 'PRINCIPAL', 'ACTUAL_CONTROLLER', 'DIRECTLY_RESPONSIBLE'));
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_kind" CHECK ("kind" IN ('OBJECTION', 'REPAIR'));
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_channel" CHECK ("channel" IN ('DEPARTMENT', 'WEBSITE', 'CONSOLE'));
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_phase" CHECK ("phase" IN ('RECEIVED', 'ACCEPTED', 'VERIFYING', 'ANSWERED', 'REFUSED', 'UPHELD', 'REJECTED', 'GRANTED', 'DENIED', 'WITHDRAWN'));
ALTER TABLE "remedy_case" ADD CONSTRAINT "remedy_case_closed" CHECK (("closed_at" IS NOT NULL) = ("phase" IN ('REFUSED', 'UPHELD', 'REJECTED', 'GRANTED', 'DENIED', 'WITHDRAWN')));
ALTER TABLE "record" DROP CONSTRAINT "record_status";
ALTER TABLE "record" ADD CONSTRAINT "record_status" CHECK ("status" IN ('ACTIVE', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED'));
ALTER TABLE "department" ADD CONSTRAINT "department_successor" CHECK ("successor_id" <> "id");

-- What was known earlier of a subject; memberships whose end is still to be noted; decisions that wait for their record.
CREATE INDEX "listing_event_subject" ON "listing_event" ((("state" ->> 'subjectId')::bigint), "listing_id", "seq");
CREATE INDEX "listing_to_expire" ON "listing" ("ends_on") WHERE "phase" = 'LISTED' AND "ends_on" IS NOT NULL;
CREATE INDEX "listing_to_exit" ON "listing" ("exited_on") WHERE "phase" = 'LISTED' AND "exited_on" IS NOT NULL;
CREATE INDEX "listing_awaiting_record" ON "listing" ("dataset_id", "decision_no") WHERE "phase" = 'DECIDED';

-- What has happened is not rewritten.
CREATE TRIGGER "remedy_event_append_only" BEFORE UPDATE OR DELETE ON "remedy_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "listing_action_append_only" BEFORE UPDATE OR DELETE ON "listing_action" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
