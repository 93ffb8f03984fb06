-- Each membership brings a task for each measure and department, dozens of them, and three quarters of the time of making them
-- were foreign keys: they are looked up row by row, and every task locks the row of its department again, which others hold
-- too. What tasks and their events name is looked up once for each statement instead, and cannot go away.
ALTER TABLE "measure_task" DROP CONSTRAINT "measure_task_listing_id_fkey";
ALTER TABLE "measure_task" DROP CONSTRAINT "measure_task_department_id_fkey";
ALTER TABLE "measure_task_event" DROP CONSTRAINT "measure_task_event_task_id_fkey";

CREATE FUNCTION refuse_task_of_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM listing WHERE id = ANY (ARRAY(SELECT DISTINCT listing_id FROM added)))
       < (SELECT count(DISTINCT listing_id) FROM added)
     OR (SELECT count(*) FROM department WHERE id = ANY (ARRAY(SELECT DISTINCT department_id FROM added)))
       < (SELECT count(DISTINCT department_id) FROM added) THEN
    RAISE EXCEPTION 'a task is of a listing and of a department that are there' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "measure_task_of_something" AFTER INSERT ON "measure_task"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_task_of_nothing();

CREATE FUNCTION refuse_event_of_no_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM measure_task WHERE id = ANY (ARRAY(SELECT DISTINCT task_id FROM added)))
       < (SELECT count(DISTINCT task_id) FROM added) THEN
    RAISE EXCEPTION 'an event is of a task that is there' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "measure_task_event_of_a_task" AFTER INSERT ON "measure_task_event"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_of_no_task();

CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are named by others and stay', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
END $$;
CREATE TRIGGER "listing_stays" BEFORE DELETE OR UPDATE OF "id" ON "listing" FOR EACH ROW EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER "department_stays" BEFORE DELETE OR UPDATE OF "id" ON "department" FOR EACH ROW EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER "measure_task_stays" BEFORE DELETE OR UPDATE OF "id" ON "measure_task" FOR EACH ROW EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER "measure_task_names_stay" BEFORE UPDATE OF "listing_id", "measure_code", "department_id" ON "measure_task"
  FOR EACH ROW EXECUTE FUNCTION refuse_removal();

-- Events of the exchange itself have no act: they need no place in the index of acts.
DROP INDEX "measure_task_event_department_id_action_id_key";
CREATE UNIQUE INDEX "measure_task_event_act" ON "measure_task_event" ("department_id", "action_id") WHERE "action_id" IS NOT NULL;
