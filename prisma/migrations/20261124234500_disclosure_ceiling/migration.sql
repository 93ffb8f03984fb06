-- The ceiling of disclosure is a dated rule as well: 失信信息披露期限 (河南省社会信用条例 art. 19).
ALTER TABLE "publication_rule" DROP CONSTRAINT "publication_rule_category";
ALTER TABLE "publication_rule" ADD CONSTRAINT "publication_rule_category" CHECK ("category" IN ('PENALTY', 'LIST', 'DISCLOSURE'));
