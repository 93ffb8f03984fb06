-- Credit reports for everybody (公开版): issued to no department, one document for the same content on the same day.
ALTER TABLE "issued_document" ALTER COLUMN "department_id" DROP NOT NULL;
CREATE UNIQUE INDEX "issued_document_public_document_id_key" ON "issued_document" ("document_id") WHERE "department_id" IS NULL;
