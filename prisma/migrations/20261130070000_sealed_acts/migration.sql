-- What is said of an act may name people by their numbers as its variables do: it is sealed and erased with them. What was said in
-- clear goes, and with it what was proposed without its target: none of that could be decided any more.
ALTER TABLE "pending_act" DROP COLUMN "note";
ALTER TABLE "pending_act" DROP COLUMN "reason";
ALTER TABLE "pending_act" ADD COLUMN "reason" BYTEA;
UPDATE "pending_act" SET "variables" = NULL;

-- Which officer sent the file; null: a department's system did.
ALTER TABLE "batch" ADD COLUMN "sent_by" TEXT;
ALTER TABLE "batch" ADD CONSTRAINT "batch_sent_by_fkey" FOREIGN KEY ("sent_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
