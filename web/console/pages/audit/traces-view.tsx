import { isObject } from '../../api/fault.ts'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { Ready } from '../../parts/states.tsx'
import { auditTexts, traceWords } from '../../texts/audit.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import type { AdministrationDocument, Choices, Filter, SignInsDocument } from './audit-operations.ts'

/** What administrators did, or who signed in or tried to. */
export function TracesView({
  document,
  filter,
  choices,
  target,
}: {
  document: typeof AdministrationDocument | typeof SignInsDocument
  filter: Filter
  choices: Choices
  /** What the third column holds. */
  target: string
}) {
  const t = useTexts(auditTexts)
  const word = useWords(traceWords)
  const { value } = useAddress()
  const asked = useAsk(document, { filter, after: value('after') })
  /** `officer:<id>`, or who worked on the machine. */
  const actorOf = (actor: string) =>
    choices.officers.find(({ id }) => actor === id || actor === `officer:${id}`)?.name ?? actor
  return (
    <Ready asked={asked}>
      {({ events: { edges, pageInfo } }) => (
        <DataTable
          caption={t.facts}
          rows={edges.map(({ node }) => node)}
          rowKey={({ id }) => id}
          pageInfo={pageInfo}
          empty={t.none}
          columns={[
            { key: 'at', title: t.at, render: ({ at }) => <Moment at={at} /> },
            { key: 'actor', title: t.actor, render: ({ actor }) => actorOf(actor) },
            {
              key: 'action',
              title: t.action,
              render: ({ action }) => <span title={action}>{word(action)}</span>,
            },
            { key: 'target', title: target, render: (trace) => trace.target ?? '—' },
            { key: 'facts', title: t.facts, render: ({ facts }) => factsText(facts) },
          ]}
        />
      )}
    </Ready>
  )
}

const factsText = (facts: unknown): string =>
  isObject(facts)
    ? Object.entries(facts)
        .filter(([, fact]) => fact !== null && fact !== '')
        .map(([name, fact]) => `${name}: ${typeof fact === 'string' ? fact : JSON.stringify(fact)}`)
        .join('；')
    : ''
