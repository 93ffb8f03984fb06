import { namePartsOf } from '../../src/names/name-parts.ts'
import { distort } from './distortions.ts'
import { branchOf, someRegion } from './fictional-names.ts'
import type { Random } from './random.ts'
import type { Register } from './register.ts'

/** Names that look like a subject's and are another's: whoever proposes that subject proposes wrongly. */
export const negativeKinds = [
  'otherRegion',
  'homophoneName',
  'oneCharacterName',
  'branchForParent',
  'parentForBranch',
  'otherForm',
] as const
export type Negative = { kind: (typeof negativeKinds)[number]; asked: string; not: string }

/** As many as wanted of names that no subject bears, each beside the subject that it must not be taken for. */
export function hardNegatives(
  kind: Negative['kind'],
  names: string[],
  register: Register,
  wanted: number,
  random: Random,
): Negative[] {
  const found: Negative[] = []
  for (let tries = 0; found.length < wanted && tries < wanted * 50; tries += 1) {
    const not = random.pick(names)
    const asked = neighbour(kind, not, random)
    if (asked !== null && !register.holds(asked)) found.push({ kind, asked, not })
  }
  return found
}

function neighbour(kind: Negative['kind'], name: string, random: Random): string | null {
  const { region, regionCode, branch } = namePartsOf(name)
  switch (kind) {
    case 'otherRegion': {
      const other = someRegion(random)
      const differs = namePartsOf(`${other}甲乙`).regionCode !== regionCode
      return region !== '' && name.startsWith(region) && differs ? other + name.slice(region.length) : null
    }
    case 'homophoneName':
      return distort('homophone', name, random)
    case 'oneCharacterName':
      return distort('wrongCharacter', name, random)
    case 'branchForParent':
      return branch === null && name.endsWith('公司') ? branchOf(name, random) : null
    case 'parentForBranch':
      return branch === null ? null : parentOf(name, branch)
    case 'otherForm':
      return name.endsWith('有限公司') && branch === null
        ? `${name.slice(0, -4)}${random.pick(['厂', '商行', '专业合作社', '股份有限公司'])}`
        : null
  }
}

function parentOf(name: string, branch: string): string | null {
  return name.endsWith(branch) ? name.slice(0, -branch.length) : null
}
