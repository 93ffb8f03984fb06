-- Who gave an officer her roles, and who last had her set-up code in hand; null: whoever works on the machine. Two officers
-- between whom this leads are one person where two are demanded.
ALTER TABLE "officer" ADD COLUMN "appointed_by" TEXT;
ALTER TABLE "officer" ADD COLUMN "set_up_by" TEXT;
ALTER TABLE "officer" ADD CONSTRAINT "officer_appointed_by_fkey" FOREIGN KEY ("appointed_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "officer" ADD CONSTRAINT "officer_set_up_by_fkey" FOREIGN KEY ("set_up_by") REFERENCES "officer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A session counts while its epoch is the officer's: one that was about to begin when all were ended never does.
ALTER TABLE "officer" ADD COLUMN "session_epoch" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "officer_session" ADD COLUMN "epoch" INTEGER NOT NULL DEFAULT 0;

-- Of officers from before, as their traces tell it.
UPDATE "officer" o SET
  "appointed_by" = (
    SELECT b."id" FROM (
      SELECT e."actor" FROM "administration_event" e
       WHERE e."target" = o."id" AND e."action" IN ('OFFICER_CREATED', 'OFFICER_ASSIGNED') ORDER BY e."id" DESC LIMIT 1
    ) last JOIN "officer" b ON last."actor" = 'officer:' || b."id"),
  "set_up_by" = (
    SELECT b."id" FROM (
      SELECT e."actor" FROM "administration_event" e
       WHERE e."target" = o."id"
         AND e."action" IN ('OFFICER_CREATED', 'OFFICER_SET_UP_CODE_RENEWED', 'OFFICER_RECOVERY_CONFIRMED')
       ORDER BY e."id" DESC LIMIT 1
    ) last JOIN "officer" b ON last."actor" = 'officer:' || b."id");
