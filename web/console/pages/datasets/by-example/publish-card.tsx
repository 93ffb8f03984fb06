import { Alert, Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { act, newId } from '../../../api/ask.ts'
import { useAttempt } from '../../../api/use-attempt.ts'
import { CopyText } from '../../../parts/copy-text.tsx'
import { FaultNotice } from '../../../parts/states.tsx'
import { useMay } from '../../../session/viewer.tsx'
import { byExampleTexts, missingWords } from '../../../texts/datasets.ts'
import { fill, useTexts, useWords } from '../../../texts/language.tsx'
import { type ByExample, ProposeDatasetDocument, PublishDatasetDocument } from '../dataset-operations.ts'
import { type Correction, corrected, definitionOf } from '../definition.ts'

type Done = { code: string; version: number; advice: readonly string[]; published: boolean }

/** An administrator publishes; an officer submits a draft for one to publish. */
export function PublishCard(props: {
  example: ByExample
  corrections: Readonly<Record<string, Correction>>
  code: string
  department: string
  listType: string | null
}) {
  const t = useTexts(byExampleTexts)
  const word = useWords(missingWords)
  const may = useMay()
  const { busy, fault, attempt } = useAttempt()
  const [done, setDone] = useState<Done | null>(null)
  const { example, code, department, listType } = props
  const definition = corrected(definitionOf(example.definition), props.corrections)
  const publishes = may('dataset.publish')

  async function submit() {
    if (publishes) {
      const { publishDataset } = await act(PublishDatasetDocument, {
        input: { code, department, listType, definition },
      })
      setDone({ ...publishDataset, published: true })
    } else {
      const { proposeDataset } = await act(ProposeDatasetDocument, {
        input: { proposalId: newId(), code, listType, definition },
      })
      setDone({ ...proposeDataset, advice: [], published: false })
    }
  }

  if (done !== null)
    return (
      <section className="card tall">
        <Alert
          type="success"
          showIcon
          role="status"
          title={done.published ? fill(t.published, { version: done.version }) : t.proposed}
          description={<Link to={`/datasets/${done.code}`}>{t.open}</Link>}
        />
        {done.advice.length === 0 ? null : (
          <Alert type="info" showIcon title={t.advice} description={<Lines lines={done.advice} />} />
        )}
      </section>
    )
  const ready = example.missing.length === 0 && example.faults.length === 0
  return (
    <section className="card tall">
      <h2>{t.publishStep}</h2>
      {example.missing.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={t.missing}
          description={
            <Lines lines={example.missing.map(({ code, legalBasis }) => `${word(code)}（${legalBasis}）`)} />
          }
        />
      )}
      {example.faults.length === 0 ? null : (
        <Alert
          type="error"
          showIcon
          title={t.faults}
          description={
            <Lines
              lines={example.faults.map(
                ({ place, message, legalBasis }) => `${place}：${message}（${legalBasis}）`,
              )}
            />
          }
        />
      )}
      {fault === null ? null : <FaultNotice fault={fault} />}
      <div className="acts">
        <Button type="primary" disabled={!ready} loading={busy} onClick={() => attempt(submit)}>
          {publishes ? t.publish : t.propose}
        </Button>
        <span className="note">{publishes ? t.publishText : t.proposeText}</span>
      </div>
      <details>
        <summary>{t.definition}</summary>
        <CopyText block label={t.definition} text={JSON.stringify(definition, null, 2)} />
      </details>
    </section>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="plain">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}
