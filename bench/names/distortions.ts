import * as ToTraditional from 'opencc-js/cn2t'
import { pinyin } from 'pinyin-pro'
import { lookAlike } from '../../src/names/look-alikes.ts'
import { namePartsOf } from '../../src/names/name-parts.ts'
import { branchOf } from './fictional-names.ts'
import type { Random } from './random.ts'

/** How names are written wrong or differently. `former` is not made of the name: the register knows another. */
export const distortionKinds = [
  'homophone',
  'homophones',
  'lookAlike',
  'wrongCharacter',
  'droppedRegion',
  'traditional',
  'bracketOrder',
  'branch',
  'former',
  'swapped',
  'missing',
  'extra',
] as const
export type DistortionKind = (typeof distortionKinds)[number]

/** The first level of GB 2312, 3,755 characters: what a keyboard offers and a clerk knows. */
const common: string[] = []
const gbk = new TextDecoder('gbk')
for (let high = 0xb0; high <= 0xd7; high += 1) {
  for (let low = 0xa1; low <= (high === 0xd7 ? 0xf9 : 0xfe); low += 1) {
    common.push(gbk.decode(new Uint8Array([high, low])))
  }
}
const bySound = new Map<string, string[]>()
for (const character of common) {
  // By pinyin-pro itself, not by the readings under test, so that their corrections cannot help.
  const sound = pinyin(character, { toneType: 'none' })
  bySound.set(sound, [...(bySound.get(sound) ?? []), character])
}
const traditional = (['tw', 'hk', 't'] as const).map((to) => ToTraditional.Converter({ from: 'cn', to }))

/** The name as someone else might write it, or null where this kind does not apply to it. */
export function distort(kind: DistortionKind, name: string, random: Random): string | null {
  const parts = namePartsOf(name)
  const trade = parts.tradeName
  const at = name.indexOf(trade)
  if (trade.length < 2 || at < 0) return null
  const within = (index: number, length: number, instead: string) =>
    name.slice(0, index) + instead + name.slice(index + length)
  const place = at + random.below(trade.length)
  switch (kind) {
    case 'homophone':
      return changed(name, within(place, 1, homophone(name.charAt(place), random)))
    case 'homophones':
      return changed(name, within(at, trade.length, [...trade].map((c) => homophone(c, random)).join('')))
    case 'lookAlike': {
      const places = [...parts.core].flatMap((c, i) =>
        common.some((o) => o !== c && lookAlike(c, o)) ? [i] : [],
      )
      const core = name.indexOf(parts.core)
      if (places.length === 0 || core < 0) return null
      const chosen = core + random.pick(places)
      const own = name.charAt(chosen)
      return within(chosen, 1, random.pick(common.filter((o) => o !== own && lookAlike(own, o))))
    }
    case 'wrongCharacter':
      return changed(name, within(place, 1, random.pick(common)))
    case 'droppedRegion':
      return parts.region === '' ? null : changed(name, name.replace(parts.region, ''))
    case 'traditional':
      return changed(name, random.pick(traditional)(name))
    case 'bracketOrder':
      return bracketed(name, parts.region, trade.length, parts.core.length, random)
    case 'branch':
      return name.endsWith('公司') && parts.branch === null ? branchOf(name, random) : null
    case 'former':
      return null
    case 'swapped': {
      const index = random.below(name.length - 1)
      return changed(name, within(index, 2, name.charAt(index + 1) + name.charAt(index)))
    }
    case 'missing':
      return within(random.below(name.length), 1, '')
    case 'extra': {
      const index = random.below(name.length)
      const added = random.chance(0.5) ? name.charAt(index) : random.pick(common)
      return within(index, 0, added)
    }
  }
}

/** 汝宁市天中食品有限公司 → 天中食品（汝宁）有限公司 or 天中【汝宁市】食品有限公司. */
function bracketed(name: string, region: string, trade: number, core: number, random: Random): string | null {
  if (region === '' || !name.startsWith(region)) return null
  const rest = name.slice(region.length)
  const split = random.chance(0.5) ? trade : core
  const named = random.chance(0.5) ? region : region.replace(/[市县]$/u, '')
  const [open, close] = random.pick([
    ['（', '）'],
    ['(', ')'],
    ['【', '】'],
    ['〔', '〕'],
  ] as const)
  return `${rest.slice(0, split)}${open}${named.length < 2 ? region : named}${close}${rest.slice(split)}`
}

function homophone(character: string, random: Random): string {
  const others = bySound.get(pinyin(character, { toneType: 'none' }))?.filter((other) => other !== character)
  return others && others.length > 0 ? random.pick(others) : character
}

const changed = (name: string, distorted: string) => (distorted === name ? null : distorted)
