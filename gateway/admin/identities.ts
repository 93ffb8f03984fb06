import type { DoubtfulNumberDecision } from '../../src/identities/doubtful-number.ts'
import type { StoredNumberDecision } from '../../src/identities/doubtful-number-store.ts'
import type { ProposedSubject, StoredProposal } from '../../src/identities/identity-store.ts'
import { type Ground, grounds, type Verdict, verdicts } from '../../src/identities/judgement.ts'
import { limits } from '../../src/limits.ts'
import { type Call, type Command, type CommandGroup, print, UsageError } from './command.ts'
import { textTable } from './text-table.ts'

/** Who is who: two subjects that may be one, and numbers that are right although their check character is wrong. */
export const identityCommands: CommandGroup = {
  help: `  identity propose                                             查找疑似重复主体 look for one subject that is there twice
  identity list [--state SAME | DIFFERENT | UNSURE]            疑似同一主体，默认未认定 pairs that may be one, open ones by default
  identity show <id>                                           经过 what was proposed and judged
  identity judge <id> SAME|DIFFERENT|UNSURE --reason R         认定 judge; for SAME also
      [--ground ${grounds.join(' | ')}] [--document 文号]
  identity withdraw <id> --reason R                            撤回认定 withdraw the judgement: what it merged is apart again
  number list                                                  校验码例外 decisions on numbers with a wrong check character
  number accept <号码> --reason R | number withdraw <号码> --reason R   作出、撤回例外 decide`,
  commands: {
    'identity propose': {
      takes: 0,
      async run({ app }) {
        const { subjects, proposed } = await app.suspicions.propose()
        print(
          `已查 ${subjects} 个主体，新增疑问 ${proposed} 项 (${subjects} subjects, ${proposed} new questions)`,
        )
      },
    },
    'identity list': { takes: 0, run: (call) => list(call, readState(call.optional('state') ?? 'OPEN')) },
    'identity show': {
      takes: 1,
      async run(call) {
        const after = { afterId: proposalId(call) - 1, limit: 1 }
        const [proposal] = await call.app.identities.pageForAdministrators({ kind: null, state: null }, after)
        if (proposal?.id !== proposalId(call)) throw new UsageError('没有此项疑问 (no such question)')
        show(proposal)
      },
    },
    'identity judge': {
      takes: 2,
      async run(call) {
        const verdict = readVerdict(call.argument(1))
        show(
          await call.app.identities.administer(call.actor, proposalId(call), {
            type: 'JUDGED',
            verdict,
            ground: readGround(call.optional('ground')),
            documentNo: call.optional('document') ?? null,
            reason: call.option('reason'),
          }),
        )
      },
    },
    'identity withdraw': {
      takes: 1,
      async run(call) {
        const event = { type: 'WITHDRAWN' as const, reason: call.option('reason') }
        show(await call.app.identities.administer(call.actor, proposalId(call), event))
      },
    },
    'number list': {
      takes: 0,
      async run({ app }) {
        const decisions = await app.doubtfulNumbers.latest()
        if (decisions.length === 0) return print('没有校验码例外 (no decisions)')
        for (const decision of decisions) print(lineOf(decision))
      },
    },
    'number accept': onNumber('ACCEPTED'),
    'number withdraw': onNumber('WITHDRAWN'),
  },
}

async function list({ app }: Call, state: Verdict | 'OPEN'): Promise<void> {
  const page = { afterId: null, limit: limits.pageSize.max }
  const proposals = await app.identities.pageForAdministrators({ kind: null, state }, page)
  if (proposals.length === 0) return print('没有疑问 (no questions)')
  print(
    textTable([
      ['编号 id', '主体 one', '主体 other', '缘由 why', '认定 verdict'],
      ...proposals.map(({ id, subjects: [one, other], verdict, events }) => [
        String(id),
        nameOf(one),
        nameOf(other),
        events.flatMap(({ event }) => (event.type === 'PROPOSED' ? [event.suspicion] : [])).join(' '),
        verdict ?? '',
      ]),
    ]),
  )
}

function show({ id, subjects, verdict, events }: StoredProposal): void {
  print(`${id}  ${subjects.map(nameOf).join('  ~  ')}  ${verdict ?? 'OPEN'}`)
  for (const { recordedAt, by, event } of events) {
    const { type, reason, ...facts } = event
    const said = Object.values(facts).filter((fact) => fact !== null)
    print(`  ${recordedAt.toISOString()}  ${by}  ${[type, ...said].join(' ')}  ${reason ?? ''}`)
  }
}

const nameOf = ({ uscc, name, schemes }: ProposedSubject) => `${name} ${uscc ?? schemes.join(' ')}`

const lineOf = ({ uscc, scheme, decision, by, reason, recordedAt }: StoredNumberDecision) =>
  `${recordedAt.toISOString()}  ${uscc ?? `${scheme}（号码不显示 not shown）`}  ${decision}  ${by}  ${reason}`

function onNumber(decision: DoubtfulNumberDecision): Command {
  return {
    takes: 1,
    async run({ app, actor, argument, option }) {
      const input = { identifier: argument(0), scheme: null, decision, reason: option('reason') }
      print(lineOf(await app.doubtfulNumbers.administer(actor, input)))
    },
  }
}

function proposalId({ argument }: Call): number {
  if (/^\d{1,15}$/.test(argument(0))) return Number(argument(0))
  throw new UsageError('编号须为数字 (expected the number of a question)')
}

function readVerdict(text: string): Verdict {
  const verdict = verdicts.find((candidate) => candidate === text.toUpperCase())
  if (verdict) return verdict
  throw new UsageError(`认定须为 ${verdicts.join('、')} (expected one of these)`)
}

const readState = (text: string) => (text.toUpperCase() === 'OPEN' ? 'OPEN' : readVerdict(text))

function readGround(text: string | undefined): Ground | null {
  if (text === undefined) return null
  const ground = grounds.find((candidate) => candidate === text.toUpperCase())
  if (ground) return ground
  throw new UsageError(`依据须为 ${grounds.join('、')} (expected one of these)`)
}
