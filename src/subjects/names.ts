/**
 * The key under which equal names meet: width, case, white space, kinds of brackets and dots, and the two spellings
 * of the organisational form are levelled. It finds names a clerk would call the same; it never links a record.
 */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[【〔［｛(]/gu, '(')
    .replace(/[】〕］｝)]/gu, ')')
    .replace(/[•・‧∙]/gu, '·')
    .toUpperCase()
    .replace(/有限责任公司/u, '有限公司')
    .replace(/股份有限公司/u, '股份公司')
}
