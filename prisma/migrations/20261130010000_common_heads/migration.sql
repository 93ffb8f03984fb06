-- Beginnings that thousands of cores have: two initials, one syllable. Their names stand here in the order of the answers to
-- a search (cores that are no more than that first), so that a page is read off without sorting all of them.
CREATE INDEX "searchable_name_initials_head_idx" ON "searchable_name"
  (left("initials", 2), ("initials" <> left("initials", 2)), "place", "subject_id");
CREATE INDEX "searchable_name_syllable_head_idx" ON "searchable_name"
  (split_part("pinyin", ' ', 1), ("pinyin" <> split_part("pinyin", ' ', 1)), "place", "subject_id");

-- Which grams are common is known of those that one in a thousand names has; by the usual measure many of them would be
-- taken for rare.
ALTER TABLE "searchable_name" ALTER COLUMN "grams" SET STATISTICS 300;
