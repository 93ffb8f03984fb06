import { editBetween, flat, likeness } from './edit.ts'
import { lookAlike } from './look-alikes.ts'
import type { NameParts } from './name-parts.ts'
import { isShortFor } from './org-forms.ts'
import { soundAlike, soundEqual } from './readings.ts'
import { within } from './regions.ts'

/** Why two names may mean one subject, and what speaks against it. */
export type NameReason =
  | 'SAME_NAME'
  | 'SAME_CORE'
  | 'PINYIN_EQUAL'
  | 'SOUNDS_ALIKE'
  | 'LOOK_ALIKE'
  | 'ONE_CHARACTER_APART'
  | 'TWO_SWAPPED'
  | 'SAME_CHARACTERS'
  | 'SAME_TRADE_NAME'
  | 'CORE_WITHIN'
  | 'INDUSTRY_DIFFERS'
  | 'INDUSTRY_ABSENT'
  | 'REGION_DIFFERS'
  | 'REGION_WITHIN'
  | 'REGION_ABSENT'
  | 'FORM_DIFFERS'
  | 'FORM_ABSENT'
  | 'BRANCH_OF'
  | 'PARENT_OF'
  | 'BRANCH_DIFFERS'
  /** Said by the caller, who alone knows that a name was borne before. */
  | 'FORMER_NAME'

export type NameComparison = {
  /** 0 (nothing in common) to 1 (the same levelled name). */
  score: number
  /** First what is alike, then what differs. */
  reasons: NameReason[]
}

/**
 * The whole scoring. What the cores have in common gives the start, what the rest says against it is multiplied. `same` is
 * reached only with an equal core and nothing against it, because 天中食品 and 天众食品 are two enterprises as often as
 * they are one and its misspelling: who resembles is shown, never proposed as the same.
 */
export const nameScores = {
  /** From here on a candidate is worth showing. */
  shown: 0.5,
  /** From here on it is proposed as the same subject, for a person to decide. */
  same: 0.9,
  core: {
    equal: 1,
    /** One replaced character that sounds or looks alike, two swapped neighbours. */
    slip: 0.86,
    /** Several characters, each of which sounds or looks alike. */
    slips: 0.84,
    oneApart: 0.8,
    soundsAlike: 0.78,
    sameCharacters: 0.75,
    within: 0.62,
    industryUnasked: 0.7,
    sameTradeName: 0.4,
    /** Else: this much of the pairs that they share. */
    likeness: 0.45,
  },
  /** One slip anywhere in the whole name, the torn region or form included. */
  wholeName: { slip: 0.85, oneApart: 0.82 },
  times: {
    regionDiffers: 0.72,
    regionWithin: 0.88,
    /** The asker left the region out; or the candidate has none, and so may be anywhere. */
    regionUnasked: 0.97,
    regionUnknown: 0.88,
    formDiffers: 0.85,
    formUnasked: 0.97,
    formShort: 0.98,
    branchOrParent: 0.8,
    otherBranch: 0.6,
    branchSlip: 0.85,
  },
  /** Of two with equal reasons, the one with more of the wording in common comes first. */
  wording: 0.02,
} as const

/**
 * How close a stored name is to the name asked for. Never a reason to link: an organisation is tied by its code alone
 * (Henan regulation art. 16), so the highest score is a proposal.
 */
export function compareNames(asked: NameParts, candidate: NameParts): NameComparison {
  if (asked.norm === candidate.norm) return { score: 1, reasons: ['SAME_NAME'] }
  const core = compareCores(asked, candidate)
  const against = [
    compareRegions(asked, candidate),
    compareForms(asked, candidate),
    compareBranches(asked, candidate),
  ]
  let byParts = core.score
  for (const part of against) byParts *= part.score
  const wording = nameScores.wording * (1 - likeness(asked.norm, candidate.norm))
  const whole = compareWhole(asked, candidate, against)
  if (whole && whole.score > byParts) return { score: whole.score - wording, reasons: whole.reasons }
  return {
    score: Math.max(0, byParts - wording),
    reasons: [...core.reasons, ...against.flatMap((part) => part.reasons)],
  }
}

/** Whether the best of the scores, highest first, is a proposal: high enough, and nobody else is as well. */
export function isProposed(scores: readonly number[]): boolean {
  const [best = 0, next = 0] = scores
  return best >= nameScores.same && (next < nameScores.same || (best === 1 && next < 1))
}

function compareCores(asked: NameParts, candidate: NameParts): NameComparison {
  const { core } = nameScores
  if (asked.core === candidate.core) return { score: core.equal, reasons: ['SAME_CORE'] }
  const slip = slipBetween(asked.core, candidate.core, core)
  if (slip) return slip
  if (sorted(asked.core) === sorted(candidate.core)) {
    return { score: core.sameCharacters, reasons: ['SAME_CHARACTERS'] }
  }
  if (asked.industry === '' && asked.tradeName === candidate.tradeName) {
    return { score: core.industryUnasked, reasons: ['SAME_TRADE_NAME', 'INDUSTRY_ABSENT'] }
  }
  const [longer, shorter] =
    asked.core.length > candidate.core.length ? [asked.core, candidate.core] : [candidate.core, asked.core]
  if (shorter.length >= 3 && (longer.endsWith(shorter) || longer.startsWith(shorter))) {
    return { score: core.within, reasons: ['CORE_WITHIN'] }
  }
  const alike = core.likeness * likeness(asked.core, candidate.core)
  if (asked.tradeName === candidate.tradeName) {
    return { score: core.sameTradeName + alike / 2, reasons: ['SAME_TRADE_NAME', 'INDUSTRY_DIFFERS'] }
  }
  return { score: alike, reasons: [] }
}

type SlipScores = { slip: number; slips?: number; oneApart: number; soundsAlike?: number }

function slipBetween(askedText: string, candidateText: string, scores: SlipScores): NameComparison | null {
  const [asked, candidate] = [flat(askedText), flat(candidateText)]
  const edit = editBetween(asked, candidate, asked.length)
  if (!edit || edit.kind === 'EQUAL') return null
  if (edit.kind === 'SWAPPED') return { score: scores.slip, reasons: ['TWO_SWAPPED'] }
  if (edit.kind !== 'REPLACED') return { score: scores.oneApart, reasons: ['ONE_CHARACTER_APART'] }
  const one = edit.at.length === 1
  const reasons = new Set<NameReason>()
  for (const at of edit.at) {
    const pair = [asked.charAt(at), candidate.charAt(at)] as const
    const sound = soundEqual(...pair)
    const shape = lookAlike(...pair)
    const near = !sound && !shape && soundAlike(...pair)
    if (sound) reasons.add('PINYIN_EQUAL')
    if (shape) reasons.add('LOOK_ALIKE')
    if (near) reasons.add('SOUNDS_ALIKE')
    if (!sound && !shape && !near && !one) return null
  }
  if (one) reasons.add('ONE_CHARACTER_APART')
  const alike = reasons.has('PINYIN_EQUAL') || reasons.has('LOOK_ALIKE')
  if (one) return { score: alike ? scores.slip : scores.oneApart, reasons: [...reasons] }
  const several = reasons.has('SOUNDS_ALIKE') ? scores.soundsAlike : scores.slips
  return several === undefined ? null : { score: several, reasons: [...reasons] }
}

/**
 * One slip in all of the name: it may have torn region, form or branch, so that the parts do not fit. Where they do fit,
 * 一店 and 二店, 西平 and 西华 are one character apart and no slips.
 */
function compareWhole(
  asked: NameParts,
  candidate: NameParts,
  against: NameComparison[],
): NameComparison | null {
  const reasons = new Set(against.flatMap((part) => part.reasons))
  if (reasons.has('REGION_DIFFERS')) return null
  if (reasons.has('BRANCH_DIFFERS') && asked.core === candidate.core) return null
  return slipBetween(asked.norm, candidate.norm, nameScores.wholeName)
}

function compareRegions(asked: NameParts, candidate: NameParts): NameComparison {
  const { times } = nameScores
  if (asked.regionCode === candidate.regionCode) return nothing
  if (asked.regionCode === null) return { score: times.regionUnasked, reasons: ['REGION_ABSENT'] }
  if (candidate.regionCode === null) return { score: times.regionUnknown, reasons: ['REGION_ABSENT'] }
  if (within(asked.regionCode, candidate.regionCode) || within(candidate.regionCode, asked.regionCode)) {
    return { score: times.regionWithin, reasons: ['REGION_WITHIN'] }
  }
  return { score: times.regionDiffers, reasons: ['REGION_DIFFERS'] }
}

function compareForms(asked: NameParts, candidate: NameParts): NameComparison {
  const { times } = nameScores
  if (asked.orgForm === candidate.orgForm) return nothing
  if (asked.orgForm === '') return { score: times.formUnasked, reasons: ['FORM_ABSENT'] }
  if (isShortFor(asked.orgForm, candidate.orgForm)) return { score: times.formShort, reasons: [] }
  return { score: times.formDiffers, reasons: ['FORM_DIFFERS'] }
}

function compareBranches(asked: NameParts, candidate: NameParts): NameComparison {
  const { times } = nameScores
  if (asked.branch === null && candidate.branch === null) return nothing
  if (asked.branch === null) return { score: times.branchOrParent, reasons: ['PARENT_OF'] }
  if (candidate.branch === null) return { score: times.branchOrParent, reasons: ['BRANCH_OF'] }
  const [one, other] = [placeOf(asked.branch), placeOf(candidate.branch)]
  if (one === other) return nothing
  const slip = editBetween(one, other, 1)
  return { score: slip ? times.branchSlip : times.otherBranch, reasons: ['BRANCH_DIFFERS'] }
}

const nothing: NameComparison = { score: 1, reasons: [] }
/** 驻马店市分公司 and 驻马店分公司 are one branch. */
const placeOf = (branch: string) => branch.replace(/(?<=..)[省市县区]|[()]/gu, '')
const sorted = (text: string) => [...text].sort().join('')
