-- Certificates of search (查询证明) and credit reports (公共信用信息报告) that were issued. What proves them stays for ever;
-- what they say is kept apart, encrypted, and erased after its time.
CREATE TABLE "issued_document" (
    "serial" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "document_id" TEXT NOT NULL,
    "input_mac" TEXT NOT NULL,
    "subject_id" BIGINT,
    "dataset_ids" INTEGER[],
    "shown" JSONB NOT NULL,
    "purpose" TEXT NOT NULL,
    "as_of" DATE NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "data_version" BIGINT NOT NULL,
    "statement_sha256" TEXT NOT NULL,
    "pdf_sha256" TEXT NOT NULL,

    CONSTRAINT "issued_document_pkey" PRIMARY KEY ("serial")
);
CREATE UNIQUE INDEX "issued_document_department_id_document_id_key" ON "issued_document" ("department_id", "document_id");
CREATE INDEX "issued_document_subject_id_idx" ON "issued_document" ("subject_id");
CREATE INDEX "issued_document_issued_at_idx" ON "issued_document" ("issued_at");
ALTER TABLE "issued_document" ADD CONSTRAINT "issued_document_department_id_fkey"
  FOREIGN KEY ("department_id") REFERENCES "department" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "issued_document" ADD CONSTRAINT "issued_document_subject_id_fkey"
  FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "issued_document" ADD CONSTRAINT "issued_document_kind" CHECK ("kind" IN ('SEARCH_CERTIFICATE', 'CREDIT_REPORT'));

CREATE TABLE "issued_document_content" (
    "serial" TEXT NOT NULL,
    "lookup" JSONB NOT NULL,
    "statement" BYTEA NOT NULL,
    "pdf" BYTEA NOT NULL,

    CONSTRAINT "issued_document_content_pkey" PRIMARY KEY ("serial")
);
ALTER TABLE "issued_document_content" ADD CONSTRAINT "issued_document_content_serial_fkey"
  FOREIGN KEY ("serial") REFERENCES "issued_document" ("serial") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER "issued_document_append_only" BEFORE UPDATE OR DELETE ON "issued_document" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER "issued_document_no_truncate" BEFORE TRUNCATE ON "issued_document" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
-- Content may go, but never become another.
CREATE TRIGGER "issued_document_content_fixed" BEFORE UPDATE ON "issued_document_content" FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
