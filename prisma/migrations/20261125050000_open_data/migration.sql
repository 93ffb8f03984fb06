-- Open data: the files of the day for everybody to take, in pieces; made anew when something that they show has ended.

-- CreateTable
CREATE TABLE "open_data_file" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "basis" TEXT NOT NULL,
    "data_version" BIGINT NOT NULL,
    "clean_until" BIGINT NOT NULL,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "size" BIGINT NOT NULL DEFAULT 0,
    "sha256" TEXT NOT NULL DEFAULT '',
    "generated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "open_data_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "open_data_piece" (
    "file_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "open_data_piece_pkey" PRIMARY KEY ("file_id","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "open_data_file_name_format_key" ON "open_data_file"("name", "format");

-- AddForeignKey
ALTER TABLE "open_data_piece" ADD CONSTRAINT "open_data_piece_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "open_data_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;
