-- The rules by which a name is levelled into its key: 0 are those from before names had parts. A service that knows newer
-- rules keys the names of older ones anew, in small steps while it serves; the index holds only what is left to do.
ALTER TABLE "subject_name" ADD COLUMN "key_version" SMALLINT NOT NULL DEFAULT 0;

CREATE INDEX "subject_name_unkeyed_idx" ON "subject_name"("subject_id") WHERE "key_version" < 1;

-- CreateTable
CREATE TABLE "searchable_name" (
    "subject_id" BIGINT NOT NULL,
    "name_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_former" BOOLEAN NOT NULL,
    "place" INTEGER NOT NULL,
    "core" TEXT NOT NULL,
    "trade_name" TEXT NOT NULL,
    "industry" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "region_code" TEXT,
    "org_form" TEXT NOT NULL,
    "branch" TEXT,
    "pinyin" TEXT NOT NULL,
    "initials" TEXT NOT NULL,
    "reading" TEXT NOT NULL,
    "grams" TEXT[],
    "candidate_keys" INTEGER[],

    CONSTRAINT "searchable_name_pkey" PRIMARY KEY ("subject_id","name_key")
);

-- CreateIndex
CREATE INDEX "searchable_name_place_subject_id_idx" ON "searchable_name"("place", "subject_id");

-- CreateIndex
CREATE INDEX "searchable_name_grams_idx" ON "searchable_name" USING GIN ("grams");

-- CreateIndex
CREATE INDEX "searchable_name_candidate_keys_idx" ON "searchable_name" USING GIN ("candidate_keys");

-- AddForeignKey
ALTER TABLE "searchable_name" ADD CONSTRAINT "searchable_name_subject_id_name_key_fkey" FOREIGN KEY ("subject_id", "name_key") REFERENCES "subject_name"("subject_id", "key") ON DELETE CASCADE ON UPDATE CASCADE;

-- What waits to be merged into an index is looked through by every search of it, and a screening by name makes a thousand
-- of them: little of it. The other index keeps the usual, since names are stored a third quicker for it.
ALTER INDEX "searchable_name_candidate_keys_idx" SET (gin_pending_list_limit = 256);
