import * as OpenCC from 'opencc-js/t2cn'

/** Traditional → simplified (繁→简), for keys only: what is registered in traditional characters stays so. */
const simplified = OpenCC.Converter({ from: 't', to: 'cn' })

/**
 * 乾 is 干 where it means dry and a character of its own (qián) in trade names (鼎乾, 乾丰), where OpenCC, knowing words
 * but not names, would make it 干.
 */
const dry = /乾(?=[燥洗果貨货鮮鲜粉衣])|(?<=[餅饼肉豆葡萄薯])乾/gu

/** What NFKC and OpenCC leave: radicals that PDF text layers print for characters, variants, look-alike circles. */
const unified = new Map(
  Object.entries({
    ...pairs(
      '⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻊足⻋车⻐钅⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙',
    ),
    ...pairs(
      '囯国囻国馀余濶阔榖谷邨村弍二弎三夲本仝同甯宁髙高喦岩涼凉鉄铁㐂喜槑梅囍喜噐器圡土淸清戸户呉吴亊事',
    ),
    ...pairs('○〇◯〇'),
    ...pairs('【(〔(［(｛({([(】)〕)］)｝)})])'),
    ...pairs('•·・·‧·∙·⋅·․·●·'),
    ...pairs('—-–-‐-‑-―-−-'),
  }),
)
const unifiable = new RegExp(
  `[${[...unified.keys()].map((c) => `\\u{${c.codePointAt(0)?.toString(16)}}`).join('')}]`,
  'gu',
)

/** White space, format characters (zero width and the like), variation selectors, and quotation marks. */
const removed = /\s|\p{C}|[\u{FE00}-\u{FE0F}]|[\u{E0100}-\u{E01EF}]|["'`“”„‘’「」『』《》〈〉]/gu

/** Nothing for NFKC, blanks or case to do: the common case, told fast. */
const plain = /^[\u4E00-\u9FFF0-9A-Z()·-]*$/u

/**
 * A name levelled (domain.md 10.2, steps 1–4 and 6): NFKC and what it misses, no white space or zero-width characters,
 * simplified characters, upper case, 有限责任公司 as 有限公司, 股份有限公司 as 股份公司 (also where the end is torn). Names that a clerk would call the
 * same have the same key; it is idempotent. It finds and never links: the name as written is what is kept and shown.
 */
export function normaliseName(name: string): string {
  let text = name
  // A step can make work for an earlier one (a removed joiner lets NFKC compose), so they go round until all rest.
  for (let round = 0; round < 4; round += 1) {
    const next = levelled(text)
    if (next === text) break
    text = next
  }
  return text
}

function levelled(text: string): string {
  const bare = plain.test(text) ? text : text.normalize('NFKC').replace(removed, '').toUpperCase()
  return simplify(bare.replace(unifiable, (character) => unified.get(character) ?? character))
    .replace(/有限责任(?=公)/gu, '有限')
    .replace(/股份有限(?=公)/gu, '股份')
}

function simplify(text: string): string {
  if (!text.includes('乾')) return simplified(text)
  return text.replace(dry, '干').split('乾').map(simplified).join('乾')
}

/** 'AaBb' → A becomes a, B becomes b. */
function pairs(text: string): Record<string, string> {
  const characters = [...text]
  const result: Record<string, string> = {}
  for (let i = 0; i + 1 < characters.length; i += 2) {
    const [from, to] = [characters[i], characters[i + 1]]
    if (from !== undefined && to !== undefined) result[from] = to
  }
  return result
}
