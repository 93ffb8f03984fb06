-- What the public surface lists, counts and searches by: one narrow row for each record of an organisation that some rule
-- publishes, with the days on which it does. It follows the change feed; pages are still read from the records themselves.

-- CreateTable
CREATE TABLE "public_entry" (
    "record_id" BIGINT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "edition" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "list_type" TEXT,
    "nature" TEXT,
    "department_id" INTEGER NOT NULL,
    "uscc" TEXT,
    "division" TEXT,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "document_no" TEXT,
    "day" DATE NOT NULL,
    "is_case" BOOLEAN NOT NULL,
    "shown_from" DATE NOT NULL,
    "shown_until" DATE,
    "hidden" datemultirange,

    CONSTRAINT "public_entry_pkey" PRIMARY KEY ("record_id")
);

-- CreateTable
CREATE TABLE "public_index" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL,

    CONSTRAINT "public_index_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "public_index_edition" (
    "edition" INTEGER NOT NULL,
    "basis" TEXT NOT NULL,

    CONSTRAINT "public_index_edition_pkey" PRIMARY KEY ("edition")
);

-- CreateIndex
CREATE INDEX "public_entry_kind_day_record_id_idx" ON "public_entry"("kind", "day" DESC, "record_id" DESC);

-- CreateIndex
CREATE INDEX "public_entry_nature_day_record_id_idx" ON "public_entry"("nature", "day" DESC, "record_id" DESC);

-- CreateIndex
CREATE INDEX "public_entry_subject_id_idx" ON "public_entry"("subject_id");

-- CreateIndex
CREATE INDEX "public_entry_edition_idx" ON "public_entry"("edition");

CREATE INDEX "public_entry_case_idx" ON "public_entry"("day" DESC, "record_id" DESC) WHERE "is_case";

-- AddForeignKey
ALTER TABLE "public_entry" ADD CONSTRAINT "public_entry_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "record"("id") ON DELETE CASCADE ON UPDATE CASCADE;

INSERT INTO "public_index" ("id", "position") VALUES (1, 0);
