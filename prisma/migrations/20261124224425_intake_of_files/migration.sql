-- Files of records, corrections and withdrawals, clocks and the working-day calendar.

-- AlterTable
ALTER TABLE "batch" ADD COLUMN     "annotated_file_id" BIGINT,
ADD COLUMN     "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "channel" TEXT NOT NULL DEFAULT 'API',
ADD COLUMN     "confirmation" JSONB,
ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "file" JSONB,
ADD COLUMN     "finished_at" TIMESTAMPTZ(3),
ADD COLUMN     "money" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "refusal" JSONB,
ADD COLUMN     "rows_checked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rows_total" INTEGER,
ADD COLUMN     "source_file_id" BIGINT,
ADD COLUMN     "started_at" TIMESTAMPTZ(3),
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'DONE',
ADD COLUMN     "suspicions" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "withdrawn" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "record" ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'ACTIVE',
ADD COLUMN     "superseded_by_id" BIGINT;

-- AlterTable
ALTER TABLE "record_version" ADD COLUMN     "change_ref" BIGINT,
ADD COLUMN     "decided_on" DATE,
ADD COLUMN     "document_no" TEXT,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'SUBMITTED',
ADD COLUMN     "reason" TEXT,
ALTER COLUMN "batch_ref" DROP NOT NULL;

-- CreateTable
CREATE TABLE "clock_rule" (
    "code" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "name" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "unit" TEXT NOT NULL,
    "legal_basis" JSONB NOT NULL,

    CONSTRAINT "clock_rule_pkey" PRIMARY KEY ("code","effective_from")
);

-- CreateTable
CREATE TABLE "calendar_year" (
    "year" INTEGER NOT NULL,
    "notice" TEXT NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "calendar_year_pkey" PRIMARY KEY ("year")
);

-- CreateTable
CREATE TABLE "calendar_day" (
    "day" DATE NOT NULL,
    "year" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,

    CONSTRAINT "calendar_day_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "field_term" (
    "family" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT,
    "definition" JSONB NOT NULL,

    CONSTRAINT "field_term_pkey" PRIMARY KEY ("family","name")
);

-- CreateTable
CREATE TABLE "batch_problem" (
    "batch_ref" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "row_index" INTEGER NOT NULL,
    "line" INTEGER,
    "field" TEXT,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "batch_problem_pkey" PRIMARY KEY ("batch_ref","position")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" BIGSERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),
    "size" BIGINT NOT NULL DEFAULT 0,
    "sha256" TEXT,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_file_piece" (
    "file_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "stored_file_piece_pkey" PRIMARY KEY ("file_id","position")
);

-- CreateTable
CREATE TABLE "record_change" (
    "id" BIGSERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "change_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "record_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "record_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "calendar_day_year_idx" ON "calendar_day"("year");

-- CreateIndex
CREATE INDEX "batch_problem_batch_ref_row_index_idx" ON "batch_problem"("batch_ref", "row_index");

-- CreateIndex
CREATE INDEX "stored_file_completed_at_idx" ON "stored_file"("completed_at");

-- CreateIndex
CREATE INDEX "record_change_record_id_idx" ON "record_change"("record_id");

-- CreateIndex
CREATE UNIQUE INDEX "record_change_department_id_change_id_key" ON "record_change"("department_id", "change_id");

-- CreateIndex
CREATE UNIQUE INDEX "batch_source_file_id_key" ON "batch"("source_file_id");

-- CreateIndex
CREATE UNIQUE INDEX "batch_annotated_file_id_key" ON "batch"("annotated_file_id");

-- CreateIndex
CREATE INDEX "batch_dataset_id_id_idx" ON "batch"("dataset_id", "id");

-- CreateIndex
CREATE INDEX "batch_status_idx" ON "batch"("status");

-- CreateIndex
CREATE INDEX "record_version_recorded_at_idx" ON "record_version" USING BRIN ("recorded_at");

-- AddForeignKey
ALTER TABLE "calendar_day" ADD CONSTRAINT "calendar_day_year_fkey" FOREIGN KEY ("year") REFERENCES "calendar_year"("year") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_source_file_id_fkey" FOREIGN KEY ("source_file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_annotated_file_id_fkey" FOREIGN KEY ("annotated_file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch_problem" ADD CONSTRAINT "batch_problem_batch_ref_fkey" FOREIGN KEY ("batch_ref") REFERENCES "batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stored_file" ADD CONSTRAINT "stored_file_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stored_file_piece" ADD CONSTRAINT "stored_file_piece_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_superseded_by_id_fkey" FOREIGN KEY ("superseded_by_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_change_ref_fkey" FOREIGN KEY ("change_ref") REFERENCES "record_change"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_change" ADD CONSTRAINT "record_change_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_change" ADD CONSTRAINT "record_change_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was wrong with the rows of earlier batches moves to the table of its own, thirty-two places a row.
INSERT INTO "batch_problem" ("batch_ref", "position", "row_index", "field", "code", "message")
SELECT b."id", (p."value" ->> 'index')::int * 32 + row_number() OVER (PARTITION BY b."id", p."value" ->> 'index' ORDER BY p."ordinality") - 1,
       (p."value" ->> 'index')::int, p."value" ->> 'field', p."value" ->> 'code', p."value" ->> 'message'
  FROM "batch" b CROSS JOIN jsonb_array_elements(b."problems") WITH ORDINALITY AS p ("value", "ordinality");
ALTER TABLE "batch" DROP COLUMN "problems";
UPDATE "batch" SET "rows_total" = "received", "rows_checked" = "received", "started_at" = "received_at", "finished_at" = "received_at";

-- Closed sets of states.
ALTER TABLE "batch" ADD CONSTRAINT "batch_channel" CHECK ("channel" IN ('API', 'FILE'));
ALTER TABLE "batch" ADD CONSTRAINT "batch_status" CHECK ("status" IN ('RECEIVED', 'CHECKING', 'SUSPICIOUS', 'STORING', 'ANNOTATING', 'DONE', 'CANCELLED', 'REFUSED', 'FAILED'));
ALTER TABLE "batch" ADD CONSTRAINT "batch_done_is_whole" CHECK ("status" <> 'DONE' OR "received" = "rows_total");
ALTER TABLE "record" ADD CONSTRAINT "record_status" CHECK ("status" IN ('ACTIVE', 'WITHDRAWN', 'SUPERSEDED'));
ALTER TABLE "record" ADD CONSTRAINT "record_superseded_by_another" CHECK (("status" = 'SUPERSEDED') = ("superseded_by_id" IS NOT NULL) AND "superseded_by_id" <> "id");
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_kind" CHECK ("kind" IN ('SUBMITTED', 'CORRECTED', 'WITHDRAWN', 'SUPERSEDED'));
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_origin" CHECK (num_nonnulls("batch_ref", "change_ref") = 1);
ALTER TABLE "record_change" ADD CONSTRAINT "record_change_kind" CHECK ("kind" IN ('CORRECTED', 'WITHDRAWN', 'SUPERSEDED'));
ALTER TABLE "clock_rule" ADD CONSTRAINT "clock_rule_unit" CHECK ("unit" IN ('WORKING_DAY', 'CALENDAR_DAY'));
ALTER TABLE "clock_rule" ADD CONSTRAINT "clock_rule_days" CHECK ("days" >= 0);
ALTER TABLE "clock_rule" ADD CONSTRAINT "clock_rule_dates" CHECK ("effective_to" IS NULL OR "effective_to" >= "effective_from");
ALTER TABLE "clock_rule" ADD CONSTRAINT "clock_rule_needs_basis" CHECK (jsonb_array_length("legal_basis") > 0);
ALTER TABLE "calendar_day" ADD CONSTRAINT "calendar_day_kind" CHECK ("kind" IN ('HOLIDAY', 'WORKDAY'));
ALTER TABLE "calendar_day" ADD CONSTRAINT "calendar_day_of_its_year" CHECK (extract(year FROM "day") = "year");
ALTER TABLE "stored_file" ADD CONSTRAINT "stored_file_digest" CHECK ("completed_at" IS NULL OR "sha256" IS NOT NULL);

-- What has happened is not rewritten.
CREATE TRIGGER "record_change_append_only" BEFORE UPDATE OR DELETE ON "record_change" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
