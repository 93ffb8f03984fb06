-- Open data are mended where something that they show has ended: pieces know the records in them, versions of a file share
-- those that stayed the same, and a version that was replaced is kept for a moment, for whoever is taking it.
DELETE FROM "open_data_file";
DROP TABLE "open_data_piece";
DROP INDEX "open_data_file_name_format_key";
ALTER TABLE "open_data_file" ADD COLUMN "replaced_at" TIMESTAMPTZ(3);
CREATE UNIQUE INDEX "open_data_file_current_key" ON "open_data_file"("name", "format") WHERE "replaced_at" IS NULL;

-- CreateTable
CREATE TABLE "open_data_piece" (
    "id" BIGSERIAL NOT NULL,
    "bytes" BYTEA NOT NULL,
    "record_ids" BIGINT[],
    "ends" INTEGER[],

    CONSTRAINT "open_data_piece_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "open_data_part" (
    "file_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "piece_id" BIGINT NOT NULL,

    CONSTRAINT "open_data_part_pkey" PRIMARY KEY ("file_id","position")
);

-- CreateIndex
CREATE INDEX "open_data_part_piece_id_idx" ON "open_data_part"("piece_id");

-- AddForeignKey
ALTER TABLE "open_data_part" ADD CONSTRAINT "open_data_part_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "open_data_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "open_data_part" ADD CONSTRAINT "open_data_part_piece_id_fkey" FOREIGN KEY ("piece_id") REFERENCES "open_data_piece"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
