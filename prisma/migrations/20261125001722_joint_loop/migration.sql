-- The loop of joint punishment: dated measures, tasks of departments, webhooks.

-- AlterTable
ALTER TABLE "list_rule" ADD COLUMN     "feedback_clock" TEXT,
ADD COLUMN     "response_clock" TEXT;

-- Measures become dated versions that know what triggers them. Those of before keep what they said.
ALTER TABLE "measure_trigger" DROP CONSTRAINT "measure_trigger_list_type_code_fkey";
ALTER TABLE "measure_trigger" DROP CONSTRAINT "measure_trigger_measure_code_fkey";
ALTER TABLE "measure" DROP CONSTRAINT "measure_pkey",
ADD COLUMN     "decision_text" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "document_needed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "reduces_rights" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'ACTIVE',
ADD COLUMN     "target" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "triggers" JSONB NOT NULL DEFAULT '[]',
ADD CONSTRAINT "measure_pkey" PRIMARY KEY ("code", "effective_from");
UPDATE "measure" m SET "decision_text" = m."content", "reduces_rights" = m."class" = '减损权益或增加义务',
  "document_needed" = m."class" = '减损权益或增加义务', "triggers" = coalesce((
  SELECT jsonb_agg(jsonb_build_object('listType', t."list_type_code", 'grades', NULL) ORDER BY t."list_type_code")
    FROM "measure_trigger" t WHERE t."measure_code" = m."code"), '[]');
ALTER TABLE "measure" ALTER COLUMN "decision_text" DROP DEFAULT, ALTER COLUMN "document_needed" DROP DEFAULT,
  ALTER COLUMN "reduces_rights" DROP DEFAULT, ALTER COLUMN "status" DROP DEFAULT, ALTER COLUMN "target" DROP DEFAULT,
  ALTER COLUMN "triggers" DROP DEFAULT;
DROP TABLE "measure_trigger";

-- CreateTable
CREATE TABLE "measure_task" (
    "id" BIGSERIAL NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "measure_code" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "phase" TEXT NOT NULL,
    "created_on" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lift_from" DATE,

    CONSTRAINT "measure_task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "measure_task_event" (
    "task_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "department_id" INTEGER,
    "action_id" TEXT,
    "input_mac" TEXT,

    CONSTRAINT "measure_task_event_pkey" PRIMARY KEY ("task_id","seq")
);

-- CreateTable
CREATE TABLE "task_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL,

    CONSTRAINT "task_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_sweep" (
    "id" BIGSERIAL NOT NULL,
    "reason" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "listing_id" BIGINT NOT NULL DEFAULT 0,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "task_sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" BIGSERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "registration_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "measure_task_department_id_id_idx" ON "measure_task"("department_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "measure_task_listing_id_measure_code_department_id_key" ON "measure_task"("listing_id", "measure_code", "department_id");

-- CreateIndex
CREATE UNIQUE INDEX "measure_task_event_department_id_action_id_key" ON "measure_task_event"("department_id", "action_id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_department_id_registration_id_key" ON "webhook"("department_id", "registration_id");

-- AddForeignKey
ALTER TABLE "measure_task" ADD CONSTRAINT "measure_task_listing_id_fkey" FOREIGN KEY ("listing_id") REFERENCES "listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure_task" ADD CONSTRAINT "measure_task_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure_task_event" ADD CONSTRAINT "measure_task_event_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "measure_task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Closed sets of states.
ALTER TABLE "measure" ADD CONSTRAINT "measure_status" CHECK ("status" IN ('DRAFT', 'ACTIVE', 'RETIRED'));
ALTER TABLE "measure" ADD CONSTRAINT "measure_dates" CHECK ("effective_to" IS NULL OR "effective_to" >= "effective_from");
ALTER TABLE "measure_task" ADD CONSTRAINT "measure_task_phase" CHECK ("phase" IN ('DELIVERED', 'ACKNOWLEDGED', 'IMPLEMENTED', 'NOT_APPLICABLE', 'LIFTING', 'LIFTED'));
ALTER TABLE "measure_task" ADD CONSTRAINT "measure_task_lift" CHECK (("lift_from" IS NOT NULL) = ("phase" IN ('LIFTING', 'LIFTED')));
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_status" CHECK ("status" IN ('ACTIVE', 'STUCK', 'REMOVED'));
ALTER TABLE "task_head" ADD CONSTRAINT "task_head_single" CHECK ("id" = 1);
-- What is listed already is gone through once.
INSERT INTO "task_head" ("id", "position") SELECT 1, "position" FROM "feed_head";
INSERT INTO "task_sweep" ("reason") VALUES ('FIRST');

CREATE INDEX "measure_task_open" ON "measure_task" ("department_id", "id") WHERE "phase" <> 'LIFTED';

-- What has happened is not rewritten.
CREATE TRIGGER "measure_task_event_append_only" BEFORE UPDATE OR DELETE ON "measure_task_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
