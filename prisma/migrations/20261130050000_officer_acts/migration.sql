-- What officers did at the console, each in the transaction of what it did.
CREATE TABLE "officer_act" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "officer_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "operation" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "pending_act_id" BIGINT,

    CONSTRAINT "officer_act_pkey" PRIMARY KEY ("id")
);

-- What waits for a second person.
CREATE TABLE "pending_act" (
    "id" BIGSERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "proposal_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "variables" BYTEA,
    "note" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'PENDING',
    "proposed_by" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "pending_act_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "officer_act_officer_id_id_idx" ON "officer_act"("officer_id", "id");

CREATE INDEX "officer_act_jti_idx" ON "officer_act"("jti");

CREATE UNIQUE INDEX "pending_act_department_id_proposal_id_key" ON "pending_act"("department_id", "proposal_id");

CREATE INDEX "pending_act_department_id_state_id_idx" ON "pending_act"("department_id", "state", "id");

-- The log is in the order of time, so ranges of pages tell where a day begins, at no cost of the appending.
CREATE INDEX "exchange_log_at_idx" ON "exchange_log" USING BRIN ("at");

ALTER TABLE "officer_act" ADD CONSTRAINT "officer_act_officer_id_fkey" FOREIGN KEY ("officer_id") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_act" ADD CONSTRAINT "officer_act_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "officer_act" ADD CONSTRAINT "officer_act_pending_act_id_fkey" FOREIGN KEY ("pending_act_id") REFERENCES "pending_act"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "pending_act" ADD CONSTRAINT "pending_act_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "pending_act" ADD CONSTRAINT "pending_act_proposed_by_fkey" FOREIGN KEY ("proposed_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "pending_act" ADD CONSTRAINT "pending_act_decided_by_fkey" FOREIGN KEY ("decided_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "pending_act" ADD CONSTRAINT "pending_act_state" CHECK ("state" IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN'));
-- Decided by another person than the one who proposed it; only who proposed it takes it back.
ALTER TABLE "pending_act" ADD CONSTRAINT "pending_act_two_persons" CHECK (
  ("state" = 'PENDING') = ("decided_by" IS NULL)
  AND ("state" = 'PENDING') = ("decided_at" IS NULL)
  AND ("state" NOT IN ('APPROVED', 'REJECTED') OR "decided_by" <> "proposed_by")
  AND ("state" <> 'WITHDRAWN' OR "decided_by" = "proposed_by"));

CREATE TRIGGER "officer_act_append_only" BEFORE UPDATE OR DELETE ON "officer_act" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "officer_act_no_truncate" BEFORE TRUNCATE ON "officer_act" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
