import { ruleOn } from '../catalogue/clock-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import type { PublicReadingService } from '../publicity/public-reading-service.ts'
import { readCaseCode } from './case-code.ts'
import { departmentNamed, owedSteps, readWorld, type StepParts } from './owed-steps-service.ts'
import type { CasePhase, RemedyEvent, RemedyKind } from './remedy.ts'
import { isOverdue, presentStep } from './remedy-clock.ts'
import type { RemedyIntake } from './remedy-intake-service.ts'
import { findCase } from './remedy-store.ts'

/** What anybody may do about a published record of an organisation: object, ask for repair, and follow that by its code. */

export type PublicApplication = {
  /** Chosen by the asker; the same id gives the same result for ever. */
  applicationId: string
  kind: RemedyKind
  uscc: string
  /** Of a published record of that organisation. */
  reference: string
  name: string
  contact: string
  relation: 'SUBJECT' | 'AGENT'
  grounds: string
  /** 信用承诺; a repair needs it. */
  pledged: boolean
}

/** The way of a case, for whoever holds its code. It names neither the organisation nor the applicant. */
export type RemedyProgress = {
  kind: RemedyKind
  phase: CasePhase
  openedOn: LegalDay
  closedOn: LegalDay | null
  present: {
    name: string
    owedBy: string | null
    dueOn: LegalDay | null
    provisional: boolean
    overdue: boolean
    legalBasis: string[]
  } | null
  history: { type: RemedyEvent['type']; on: LegalDay; by: string | null; reasons: string | null }[]
}

export type RemedyClock = {
  code: string
  name: string
  days: number
  unit: 'WORKING_DAY' | 'CALENDAR_DAY'
  legalBasis: string[]
}

export type PublicRemedyService = {
  apply(application: PublicApplication): Promise<{ code: string; kind: RemedyKind; openedOn: LegalDay }>
  /** Null: no case has the code, or it is none. */
  progress(code: string): Promise<RemedyProgress | null>
  /** Clocks in force today, in the order in which they run. */
  clocks(): Promise<{ kind: RemedyKind; clocks: RemedyClock[] }[]>
}

/** The public credit pledge (公共信用承诺) that an application for repair makes: its words are kept with the case. */
const pledgeText =
  '本单位承诺：所提交材料真实、合法、有效，相关义务已经履行，失信行为已经纠正；承诺不实的，依法承担责任并接受失信惩戒。'

const clockCodes: readonly { kind: RemedyKind; codes: readonly string[] }[] = [
  { kind: 'OBJECTION', codes: ['OBJECTION_OWN', 'OBJECTION_PROVIDER', 'OBJECTION_TOTAL'] },
  {
    kind: 'REPAIR',
    codes: ['REPAIR_ACCEPTANCE', 'REPAIR_DECISION_SAMR', 'REPAIR_DECISION', 'REPAIR_EXECUTION'],
  },
]

export function createPublicRemedyService(
  parts: StepParts & {
    clock: Clock
    publicity: Pick<PublicReadingService, 'record'>
    intake: Pick<RemedyIntake, 'openByPublic'>
  },
): PublicRemedyService {
  const today = () => legalDay(parts.clock.now())

  return {
    async apply(application) {
      const read = readApplication(application)
      const found = await parts.publicity.record(read.uscc, read.reference)
      // Basic information and licences are corrected, but nobody repairs them.
      if (!found || (read.kind === 'REPAIR' && !isAdverse(found.record)))
        throw new Refusal(
          'RECORD_NOT_FOUND',
          '没有可以这样申请的公示信息 (no published record of this organisation for such an application)',
        )
      const { code, kind, at } = await parts.intake.openByPublic({
        openingId: read.applicationId,
        kind: read.kind,
        target: { recordId: found.recordId },
        applicant: { name: read.name, contact: read.contact, relation: read.relation, documentNo: null },
        grounds: read.grounds,
        pledge: read.kind === 'REPAIR' && read.pledged ? { signedOn: today(), text: pledgeText } : null,
      })
      return { code, kind, openedOn: legalDay(at) }
    },

    async progress(typed) {
      const code = readCaseCode(typed)
      const found = code === null ? null : await findCase(parts.pool, code)
      if (!found) return null
      const world = await readWorld(parts)
      const steps = owedSteps(world, found).map(({ step, departmentId }) => ({ ...step, departmentId }))
      const present = presentStep(steps)
      return {
        kind: found.kind,
        phase: found.phase,
        openedOn: found.openedOn,
        closedOn: found.closedAt && legalDay(found.closedAt),
        present: present && {
          name: present.name,
          owedBy: departmentNamed(world, present.departmentId)?.name ?? null,
          dueOn: present.dueOn,
          provisional: present.provisional,
          overdue: isOverdue(present, today()),
          legalBasis: present.legalBasis,
        },
        history: found.events.map(({ event, on, departmentId }) => ({
          type: event.type,
          on,
          by: departmentNamed(world, departmentId)?.name ?? null,
          reasons: reasonsTold(event),
        })),
      }
    },

    async clocks() {
      const { clocks } = await parts.deadlineRules.current()
      const day = today()
      return clockCodes.map(({ kind, codes }) => ({
        kind,
        clocks: codes.flatMap((code): RemedyClock[] => {
          const rule = ruleOn(clocks, code, day)
          if (!rule) return []
          const { name, days, unit, legalBasis } = rule
          return [{ code, name, days, unit, legalBasis }]
        }),
      }))
    },
  }
}

const isAdverse = ({ kind }: { kind: string }) => kind === 'PENALTY' || kind === 'LIST'

/** Reasons of what is served on the applicant anyway; what departments write to each other is not. */
function reasonsTold(event: RemedyEvent): string | null {
  switch (event.type) {
    case 'REFUSED':
    case 'UPHELD':
    case 'REJECTED':
    case 'GRANTED':
    case 'DENIED':
      return event.reasons
    default:
      return null
  }
}

function readApplication(application: PublicApplication): PublicApplication {
  const text = (field: keyof PublicApplication & string, value: string, most: number) => {
    // Lines of a text are its own affair; other control characters are nobody's.
    const trimmed = value.replace(/\r\n?/g, '\n').trim()
    if (trimmed === '' || trimmed.length > most || /[^\P{Cc}\n]/u.test(trimmed))
      throw new Refusal('INPUT_INVALID', `${field} 须为 1–${most} 字 (${field}: 1 to ${most} characters)`)
    return trimmed
  }
  const { name, contact } = limits.applicantCharacters
  const grounds = text('grounds', application.grounds, limits.groundsCharacters)
  // The grounds are read by every department that works on the case: a number of a person has no business there.
  if (/\d{15}/.test(grounds.replace(/[\s-]/g, '')))
    throw new Refusal('INPUT_INVALID', '理由中不得含证件号码 (grounds: must not hold identity numbers)')
  return {
    ...application,
    applicationId: text('applicationId', application.applicationId, limits.applicationIdCharacters),
    name: text('name', application.name, name),
    contact: text('contact', application.contact, contact),
    grounds,
  }
}
