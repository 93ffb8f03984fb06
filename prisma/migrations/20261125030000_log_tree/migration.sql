-- The exchange log becomes a Merkle tree (RFC 9162): the hash of each leaf, tiles of the tree, signed checkpoints.

-- AlterTable: rows written before get the hash of the leaf they hold.
ALTER TABLE "exchange_log" ADD COLUMN "leaf_hash" BYTEA;
ALTER TABLE "exchange_log" DISABLE TRIGGER "exchange_log_append_only";
UPDATE "exchange_log" SET "leaf_hash" = sha256('\x00'::bytea || convert_to("leaf", 'UTF8'));
ALTER TABLE "exchange_log" ENABLE TRIGGER "exchange_log_append_only";
ALTER TABLE "exchange_log" ALTER COLUMN "leaf_hash" SET NOT NULL;
ALTER TABLE "exchange_log" ADD CONSTRAINT "exchange_log_leaf_hash" CHECK (length("leaf_hash") = 32);

-- CreateTable: whom an exchange was about is kept beside the log, where it can be erased. Salts were not encrypted
-- before; what was noted under them goes.
CREATE TABLE "exchange_subjects" (
    "log_index" BIGINT NOT NULL,
    "sealed_salt" BYTEA,
    "digests" BYTEA,
    "subject_ids" BIGINT[] NOT NULL,

    CONSTRAINT "exchange_subjects_pkey" PRIMARY KEY ("log_index")
);
ALTER TABLE "exchange_log" DROP COLUMN "subject_salt", DROP COLUMN "subject_digests";

-- CreateTable
CREATE TABLE "subject_enquiry" (
    "subject_id" BIGINT NOT NULL,
    "log_index" BIGINT NOT NULL,

    CONSTRAINT "subject_enquiry_pkey" PRIMARY KEY ("subject_id","log_index")
);

-- CreateTable
CREATE TABLE "log_tile" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,
    "root" BYTEA NOT NULL,

    CONSTRAINT "log_tile_pkey" PRIMARY KEY ("level","index")
);
ALTER TABLE "log_tile" ADD CONSTRAINT "log_tile_whole" CHECK (length("hashes") = 8192 AND length("root") = 32);

-- CreateTable
CREATE TABLE "log_checkpoint" (
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "log_checkpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "witness" (
    "id" SERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "vkey" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "witness_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "witness_name_key" ON "witness"("name");
CREATE UNIQUE INDEX "witness_vkey_key" ON "witness"("vkey");
CREATE INDEX "witness_department_id_idx" ON "witness"("department_id");
ALTER TABLE "witness" ADD CONSTRAINT "witness_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "log_cosignature" (
    "size" BIGINT NOT NULL,
    "witness_id" INTEGER NOT NULL,
    "line" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "log_cosignature_pkey" PRIMARY KEY ("size","witness_id")
);
ALTER TABLE "log_cosignature" ADD CONSTRAINT "log_cosignature_size_fkey" FOREIGN KEY ("size") REFERENCES "log_checkpoint"("size") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "log_cosignature" ADD CONSTRAINT "log_cosignature_witness_id_fkey" FOREIGN KEY ("witness_id") REFERENCES "witness"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The next place of the log never goes back, and the head is never without its row.
CREATE FUNCTION refuse_going_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW."next_index" < OLD."next_index" OR NEW."id" <> OLD."id" THEN
    RAISE EXCEPTION 'the head of the log only advances' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "log_head_advances" BEFORE UPDATE OR DELETE ON "log_head" FOR EACH ROW EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER "log_head_no_truncate" BEFORE TRUNCATE ON "log_head" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_tile_append_only" BEFORE UPDATE OR DELETE ON "log_tile" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_tile_no_truncate" BEFORE TRUNCATE ON "log_tile" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_checkpoint_append_only" BEFORE UPDATE OR DELETE ON "log_checkpoint" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_checkpoint_no_truncate" BEFORE TRUNCATE ON "log_checkpoint" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "witness_append_only" BEFORE UPDATE OR DELETE ON "witness" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_cosignature_append_only" BEFORE UPDATE OR DELETE ON "log_cosignature" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "log_cosignature_no_truncate" BEFORE TRUNCATE ON "log_cosignature" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

-- The queue of deliveries makes its tables itself, but the service need not be allowed to make schemas.
CREATE SCHEMA IF NOT EXISTS "pgboss";
