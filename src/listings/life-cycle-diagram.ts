import { eventTypes, type Transition, transitions } from './membership.ts'
import { bringers } from './membership-policy.ts'

/** The life cycle as a page of the documentation, made from the table that decides. Pure. */

export function lifeCyclePage(): string {
  const entries = eventTypes.map((type) => ({ type, transition: transitions[type] }))
  const edges = entries.flatMap(({ type, transition }) =>
    transition.from.flatMap((from) => {
      const start = from === 'BEFORE' ? '[*]' : from
      return endsOf(from, transition.to).map((end) => `  ${start} --> ${end}: ${type}`)
    }),
  )
  const rows = entries.map(
    ({ type, transition }) =>
      `| \`${type}\` | ${transition.meaning} | ${transition.from.join(', ')} | ${transition.to} | ${bringers[type]} | ${transition.legalBasis} |`,
  )
  return `# 名单成员的生命周期 · The life cycle of a membership

Made from \`src/listings/membership.ts\` by \`npm run docs\`; what is not in the table is refused as \`TRANSITION_NOT_ALLOWED\`
with the article. What is in force on a day is told by the days alone: listed, not yet past the last day of the term, not
exited, not suspended. Nothing waits for a job. \`BY_DAYS\`: \`ENDED\` where the day of exit has come, an act removed it before,
or its end was noted and the term does not run on; else \`LISTED\`. Correcting a record never undoes a removal.

\`\`\`mermaid
stateDiagram-v2
${edges.join('\n')}
  DROPPED --> [*]
  ENDED --> [*]
\`\`\`

| event | 含义 meaning | from | to | by | 依据 basis |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function endsOf(from: string, to: Transition['to']): string[] {
  switch (to) {
    case 'SAME':
      return [from]
    case 'BY_DAYS':
      return ['LISTED', 'ENDED']
    default:
      return [to]
  }
}
