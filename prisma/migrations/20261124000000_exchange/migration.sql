-- The tables of the exchange, as schema.prisma declares them; below, what Prisma cannot say.

-- CreateTable
CREATE TABLE "instance" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "issuer" TEXT NOT NULL,
    "key_fingerprint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "division" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "statistical" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "division_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "department" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "division_code" TEXT NOT NULL,
    "uscc" TEXT,
    "roles" TEXT[],
    "status" TEXT NOT NULL,
    "successor_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "department_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "department_name" (
    "department_id" INTEGER NOT NULL,
    "valid_from" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "department_name_pkey" PRIMARY KEY ("department_id","valid_from")
);

-- CreateTable
CREATE TABLE "department_key" (
    "kid" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "not_before" TIMESTAMPTZ(3),
    "not_after" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "department_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "enrolment_code" (
    "code_sha256" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "enrolment_code_pkey" PRIMARY KEY ("code_sha256")
);

-- CreateTable
CREATE TABLE "administration_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "facts" JSONB NOT NULL,

    CONSTRAINT "administration_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "list_type" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "nature" TEXT NOT NULL,
    "field" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "basis" JSONB NOT NULL,
    "determined_by" TEXT NOT NULL,
    "term_months" INTEGER,
    "status" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,

    CONSTRAINT "list_type_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "measure" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "legal_basis" JSONB NOT NULL,
    "department_kinds" TEXT[],
    "matters" TEXT[],
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,

    CONSTRAINT "measure_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "measure_trigger" (
    "measure_code" TEXT NOT NULL,
    "list_type_code" TEXT NOT NULL,

    CONSTRAINT "measure_trigger_pkey" PRIMARY KEY ("measure_code","list_type_code")
);

-- CreateTable
CREATE TABLE "dataset" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "list_type_code" TEXT,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset_version" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset_grant" (
    "department_id" INTEGER NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "basis" TEXT NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_grant_pkey" PRIMARY KEY ("department_id","dataset_id")
);

-- CreateTable
CREATE TABLE "subject" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "uscc" TEXT,
    "name" TEXT NOT NULL,
    "name_is_registered" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subject_identifier" (
    "scheme" TEXT NOT NULL,
    "value_key" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "ciphertext" BYTEA,

    CONSTRAINT "subject_identifier_pkey" PRIMARY KEY ("scheme","value_key","subject_id")
);

-- CreateTable
CREATE TABLE "subject_name" (
    "subject_id" BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subject_name_pkey" PRIMARY KEY ("subject_id","key")
);

-- CreateTable
CREATE TABLE "batch" (
    "id" BIGSERIAL NOT NULL,
    "department_id" INTEGER NOT NULL,
    "batch_id" TEXT NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "dataset_version_id" INTEGER NOT NULL,
    "input_mac" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "received" INTEGER NOT NULL,
    "accepted" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "held" INTEGER NOT NULL,
    "rejected" INTEGER NOT NULL,
    "problems" JSONB NOT NULL,

    CONSTRAINT "batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "held_row" (
    "id" BIGSERIAL NOT NULL,
    "batch_ref" BIGINT NOT NULL,
    "row_index" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "status" TEXT NOT NULL,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "held_row_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "record" (
    "id" BIGSERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "source_key" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "content_mac" TEXT NOT NULL,

    CONSTRAINT "record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "record_version" (
    "record_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "dataset_version_id" INTEGER NOT NULL,
    "batch_ref" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "record_version_pkey" PRIMARY KEY ("record_id","version")
);

-- CreateTable
CREATE TABLE "listing" (
    "id" BIGSERIAL NOT NULL,
    "list_type_code" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "record_id" BIGINT NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "department_id" INTEGER NOT NULL,
    "department_name" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "decision_no" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "listed_on" DATE NOT NULL,
    "ends_on" DATE,
    "exited_on" DATE,
    "exit_kind" TEXT,

    CONSTRAINT "listing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "listing_event" (
    "listing_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "effective_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "listing_event_pkey" PRIMARY KEY ("listing_id","seq")
);

-- CreateTable
CREATE TABLE "feed_event" (
    "position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "subject_id" BIGINT,
    "record_id" BIGINT,
    "listing_id" BIGINT,

    CONSTRAINT "feed_event_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "feed_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL,

    CONSTRAINT "feed_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "used_token" (
    "department_id" INTEGER NOT NULL,
    "jti" TEXT NOT NULL,
    "arrival" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_token_pkey" PRIMARY KEY ("department_id","jti")
);

-- CreateTable
CREATE TABLE "exchange_log" (
    "log_index" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "department_code" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "leaf" TEXT NOT NULL,
    "subject_salt" BYTEA,
    "subject_digests" BYTEA,

    CONSTRAINT "exchange_log_pkey" PRIMARY KEY ("log_index")
);

-- CreateTable
CREATE TABLE "log_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "next_index" BIGINT NOT NULL,

    CONSTRAINT "log_head_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "department_code_key" ON "department"("code");

-- CreateIndex
CREATE INDEX "department_key_department_id_idx" ON "department_key"("department_id");

-- CreateIndex
CREATE INDEX "enrolment_code_department_id_idx" ON "enrolment_code"("department_id");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_code_key" ON "dataset"("code");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_version_dataset_id_version_key" ON "dataset_version"("dataset_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "subject_uscc_key" ON "subject"("uscc");

-- CreateIndex
CREATE INDEX "subject_identifier_subject_id_idx" ON "subject_identifier"("subject_id");

-- CreateIndex
CREATE INDEX "subject_name_key_subject_id_idx" ON "subject_name"("key", "subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "batch_department_id_batch_id_key" ON "batch"("department_id", "batch_id");

-- CreateIndex
CREATE INDEX "held_row_status_idx" ON "held_row"("status");

-- CreateIndex
CREATE UNIQUE INDEX "held_row_batch_ref_row_index_key" ON "held_row"("batch_ref", "row_index");

-- CreateIndex
CREATE INDEX "record_subject_id_idx" ON "record"("subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "record_dataset_id_source_key_key" ON "record"("dataset_id", "source_key");

-- CreateIndex
CREATE UNIQUE INDEX "listing_record_id_key" ON "listing"("record_id");

-- CreateIndex
CREATE INDEX "listing_subject_id_idx" ON "listing"("subject_id");

-- CreateIndex
CREATE INDEX "listing_list_type_code_id_idx" ON "listing"("list_type_code", "id");

-- CreateIndex
CREATE INDEX "used_token_expires_at_idx" ON "used_token"("expires_at");

-- CreateIndex
CREATE INDEX "exchange_log_department_code_jti_idx" ON "exchange_log"("department_code", "jti");

-- AddForeignKey
ALTER TABLE "department" ADD CONSTRAINT "department_division_code_fkey" FOREIGN KEY ("division_code") REFERENCES "division"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department" ADD CONSTRAINT "department_successor_id_fkey" FOREIGN KEY ("successor_id") REFERENCES "department"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_name" ADD CONSTRAINT "department_name_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_key" ADD CONSTRAINT "department_key_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment_code" ADD CONSTRAINT "enrolment_code_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure_trigger" ADD CONSTRAINT "measure_trigger_measure_code_fkey" FOREIGN KEY ("measure_code") REFERENCES "measure"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measure_trigger" ADD CONSTRAINT "measure_trigger_list_type_code_fkey" FOREIGN KEY ("list_type_code") REFERENCES "list_type"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_list_type_code_fkey" FOREIGN KEY ("list_type_code") REFERENCES "list_type"("code") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_grant" ADD CONSTRAINT "dataset_grant_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_grant" ADD CONSTRAINT "dataset_grant_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subject_identifier" ADD CONSTRAINT "subject_identifier_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subject_name" ADD CONSTRAINT "subject_name_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "held_row" ADD CONSTRAINT "held_row_batch_ref_fkey" FOREIGN KEY ("batch_ref") REFERENCES "batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record" ADD CONSTRAINT "record_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_version" ADD CONSTRAINT "record_version_batch_ref_fkey" FOREIGN KEY ("batch_ref") REFERENCES "batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing" ADD CONSTRAINT "listing_list_type_code_fkey" FOREIGN KEY ("list_type_code") REFERENCES "list_type"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing" ADD CONSTRAINT "listing_subject_id_fkey" FOREIGN KEY ("subject_id") REFERENCES "subject"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing" ADD CONSTRAINT "listing_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing" ADD CONSTRAINT "listing_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing" ADD CONSTRAINT "listing_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listing_event" ADD CONSTRAINT "listing_event_listing_id_fkey" FOREIGN KEY ("listing_id") REFERENCES "listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Closed sets of states.
ALTER TABLE "department" ADD CONSTRAINT "department_status" CHECK ("status" IN ('REGISTERED', 'ACTIVE', 'SUSPENDED', 'CLOSED'));
ALTER TABLE "department_key" ADD CONSTRAINT "department_key_status" CHECK ("status" IN ('PENDING', 'ACTIVE', 'REVOKED', 'REFUSED'));
ALTER TABLE "department_key" ADD CONSTRAINT "department_key_active_since" CHECK ("status" <> 'ACTIVE' OR "not_before" IS NOT NULL);
ALTER TABLE "list_type" ADD CONSTRAINT "list_type_nature" CHECK ("nature" IN ('SERIOUS_DISHONESTY', 'TRUSTWORTHY', 'KEY_ATTENTION', 'JOINT_PUNISHMENT'));
ALTER TABLE "list_type" ADD CONSTRAINT "list_type_status" CHECK ("status" IN ('DRAFT', 'ACTIVE', 'RETIRED'));
ALTER TABLE "list_type" ADD CONSTRAINT "list_type_needs_basis" CHECK ("status" <> 'ACTIVE' OR jsonb_array_length("basis") > 0);
ALTER TABLE "measure" ADD CONSTRAINT "measure_needs_basis" CHECK (jsonb_array_length("legal_basis") > 0);
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_status" CHECK ("status" IN ('DRAFT', 'ACTIVE', 'RETIRED'));
ALTER TABLE "subject" ADD CONSTRAINT "subject_kind" CHECK ("kind" IN ('ORGANISATION', 'PERSON'));
ALTER TABLE "subject" ADD CONSTRAINT "subject_person_has_no_uscc" CHECK ("kind" <> 'PERSON' OR "uscc" IS NULL);
ALTER TABLE "held_row" ADD CONSTRAINT "held_row_status" CHECK ("status" IN ('WAITING', 'ACCEPTED', 'REFUSED'));
ALTER TABLE "listing" ADD CONSTRAINT "listing_dates" CHECK ("ends_on" IS NULL OR "ends_on" >= "listed_on");
ALTER TABLE "listing" ADD CONSTRAINT "listing_exit" CHECK (("exited_on" IS NULL) = ("exit_kind" IS NULL));
ALTER TABLE "batch" ADD CONSTRAINT "batch_reconciles" CHECK ("received" = "accepted" + "unchanged" + "held" + "rejected");

-- A person's certificate number belongs to one subject.
CREATE UNIQUE INDEX "subject_identifier_person" ON "subject_identifier" ("scheme", "value_key")
  WHERE "scheme" IN ('RESIDENT_ID', 'PASSPORT', 'HK_MACAO_PERMIT', 'TAIWAN_PERMIT', 'FOREIGN_PERMANENT_RESIDENCE');

-- One row each.
ALTER TABLE "instance" ADD CONSTRAINT "instance_single" CHECK ("id" = 1);
ALTER TABLE "feed_head" ADD CONSTRAINT "feed_head_single" CHECK ("id" = 1);
ALTER TABLE "log_head" ADD CONSTRAINT "log_head_single" CHECK ("id" = 1);
INSERT INTO "feed_head" ("id", "position") VALUES (1, 0);
INSERT INTO "log_head" ("id", "next_index") VALUES (1, 0);

-- What has happened is not rewritten.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER "exchange_log_append_only" BEFORE UPDATE OR DELETE ON "exchange_log" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "exchange_log_no_truncate" BEFORE TRUNCATE ON "exchange_log" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "feed_event_append_only" BEFORE UPDATE OR DELETE ON "feed_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "feed_event_no_truncate" BEFORE TRUNCATE ON "feed_event" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "listing_event_append_only" BEFORE UPDATE OR DELETE ON "listing_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "dataset_version_append_only" BEFORE UPDATE OR DELETE ON "dataset_version" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "administration_event_append_only" BEFORE UPDATE OR DELETE ON "administration_event" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- Divisions of the city, GB/T 2260; 411771 is a statistical reporting area that no identifier contains.
INSERT INTO "division" ("code", "name", "statistical") VALUES
  ('411700', '驻马店市', false), ('411702', '驿城区', false), ('411721', '西平县', false), ('411722', '上蔡县', false),
  ('411723', '平舆县', false), ('411724', '正阳县', false), ('411725', '确山县', false), ('411726', '泌阳县', false),
  ('411727', '汝南县', false), ('411728', '遂平县', false), ('411729', '新蔡县', false),
  ('411771', '河南驻马店经济开发区', true);
