import { splitBranch } from './branches.ts'
import { splitIndustry } from './industries.ts'
import { normaliseName } from './normalise.ts'
import { mendForm, splitForm } from './org-forms.ts'
import { initialsIn, pinyinOf } from './readings.ts'
import { splitRegion } from './regions.ts'

/**
 * What an organisation's name consists of (企业名称登记管理规定 art. 6: 行政区划 + 字号 + 行业或者经营特点 + 组织形式;
 * branches by art. 13). Everything is a key for finding and explaining; the name as written stays with its owner.
 */
export type NameParts = {
  /** The whole name levelled, see `normaliseName`. */
  norm: string
  /** Trade name and industry without region, form and branch; of a branch, its parent's. */
  core: string
  /** 字号 */
  tradeName: string
  /** 行业或者经营特点, '' if none. */
  industry: string
  /** GB/T 2260 code of the narrowest region named, null if none is known. */
  regionCode: string | null
  /** The region as it stands in `norm`, '' if none. */
  region: string
  /** 组织形式 in its canonical spelling, '' if none. */
  orgForm: string
  /** What follows the parent's name, e.g. 西平分公司; null where the name is no branch's. */
  branch: string | null
  /** Full pinyin of `core` without tones, syllables joined by ' '. */
  pinyin: string
  /** Initials of `core`. */
  initials: string
}

/** The parts of an organisation's name. A person's name has none: `normaliseName` and `personPinyinOf` serve it. */
export function namePartsOf(name: string): NameParts {
  const norm = normaliseName(name)
  const { parent, branch } = splitBranch(mendForm(norm))
  const { body, orgForm: form } = splitForm(parent)
  const { region, regionCode, rest } = splitRegion(body)
  // 西平县供销社, 西平县粮店: what would be the form is the name itself.
  const named = rest.length < 2
  const { tradeName, industry } = splitIndustry(named ? rest + form : rest)
  const orgForm = named ? '' : form
  const core = tradeName + industry
  const pinyin = pinyinOf(core)
  return {
    norm,
    core,
    tradeName,
    industry,
    regionCode,
    region,
    orgForm,
    branch,
    pinyin,
    initials: initialsIn(pinyin),
  }
}
