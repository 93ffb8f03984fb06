import { eventTypes, transitions } from './membership.ts'
import { bringers } from './membership-policy.ts'

/** The life cycle as a page of the documentation, made from the table that decides. Pure. */

export function lifeCyclePage(): string {
  const entries = eventTypes.map((type) => ({ type, transition: transitions[type] }))
  const edges = entries.flatMap(({ type, transition }) =>
    transition.from.map((from) => {
      const start = from === 'BEFORE' ? '[*]' : from
      const end = transition.to === 'SAME' ? from : transition.to
      return `  ${start} --> ${end}: ${type}`
    }),
  )
  const rows = entries.map(
    ({ type, transition }) =>
      `| \`${type}\` | ${transition.meaning} | ${transition.from.join(', ')} | ${transition.to} | ${bringers[type]} | ${transition.legalBasis} |`,
  )
  return `# 名单成员的生命周期 · The life cycle of a membership

Made from \`src/listings/membership.ts\` by \`npm run docs\`; what is not in the table is refused as \`TRANSITION_NOT_ALLOWED\`
with the article. What is in force on a day is told by the days alone: listed, not yet past the last day of the term, not
exited, not suspended. Nothing waits for a job.

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
