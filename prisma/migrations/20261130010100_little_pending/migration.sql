-- What waits to be merged into this index is looked through by every search as well: 4 MB of it, the usual, make a search take
-- two to eight times as long, until a vacuum. Storing names is no slower for a smaller list.
ALTER INDEX "searchable_name_grams_idx" SET (gin_pending_list_limit = 512);
