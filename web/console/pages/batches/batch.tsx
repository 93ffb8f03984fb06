import { Alert, Button, Tag } from 'antd'
import { Link, useParams } from 'react-router'
import { act } from '../../api/ask.ts'
import { base } from '../../api/page.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useAddress } from '../../parts/address.ts'
import { Facts, Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Nothing, Ready } from '../../parts/states.tsx'
import { useMay, useViewer } from '../../session/viewer.tsx'
import { batchTexts } from '../../texts/batches.ts'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { shellTexts } from '../../texts/shell.ts'
import { batchStatusWords } from '../../texts/words.ts'
import { type Batch, BatchDocument, CancelBatchDocument, ConfirmBatchDocument } from './batch-operations.ts'
import { MoneyTable } from './money-table.tsx'
import { ProblemTable } from './problem-table.tsx'
import { statusColour } from './status-colour.ts'

const underWay: readonly string[] = ['RECEIVED', 'CHECKING', 'STORING', 'ANNOTATING']

/** Every second while a file is worked on; now and then while it waits for a second person. */
const lookAgain = ({ batch }: { batch: Batch | null }) => {
  if (batch === null) return null
  if (underWay.includes(batch.status)) return 1_000
  return batch.status === 'SUSPICIOUS' ? 10_000 : null
}

/** One batch: how far it is, what came of it, and which rows have to be mended. */
export default function BatchPage() {
  const t = useTexts(batchTexts)
  const { batchId = '' } = useParams()
  const { value } = useAddress()
  const asked = useAsk(BatchDocument, { batchId, after: value('after') }, lookAgain)

  return (
    <Ready asked={asked}>
      {({ batch, datasets }) => {
        if (batch === null) return <Nothing>{t.unknown}</Nothing>
        const dataset = datasets.find(({ code }) => code === batch.dataset) ?? null
        return (
          <>
            <BatchHead batch={batch} onChange={asked.reload} />
            <section className="card">
              <h2>{t.result}</h2>
              {underWay.includes(batch.status) ? <Progress batch={batch} /> : null}
              <Counts batch={batch} />
              <Facts
                facts={[
                  [t.dataset, dataset?.name ?? batch.dataset],
                  [t.file, fileText(batch)],
                  [t.receivedAt, <Moment key="received" at={batch.receivedAt} />],
                  [t.finishedAt, <Moment key="finished" at={batch.finishedAt} />],
                  [t.batchId, <code key="id">{batch.batchId}</code>],
                ]}
              />
            </section>
            <ProblemTable batch={batch} dataset={dataset} />
            <MoneyTable batch={batch} dataset={dataset} />
          </>
        )
      }}
    </Ready>
  )
}

function BatchHead({ batch, onChange }: { batch: Batch; onChange(): void }) {
  const t = useTexts(batchTexts)
  const shell = useTexts(shellTexts)
  const word = useWords(batchStatusWords)
  const may = useMay()
  const { name } = useViewer()
  const { batchId, status, annotated, suspicions, refusal } = batch
  const file = batch.file?.name ?? batchId
  const input = { batchId }
  return (
    <>
      <PageHead
        title={
          <>
            {file} <Tag color={statusColour(status)}>{word(status)}</Tag>
          </>
        }
        note={<Link to="/batches">{t.back}</Link>}
      >
        {annotated === null ? null : (
          <Button href={`${base}/batches/annotated?${new URLSearchParams(input)}`} title={t.annotatedNote}>
            {t.annotated}
          </Button>
        )}
        {status === 'SUSPICIOUS' && may('batch.confirm') ? (
          <ActButton
            primary
            label={t.confirm}
            title={fill(t.confirmTitle, { file })}
            text={
              <>
                <ul>
                  {suspicions.map(({ code, message }) => (
                    <li key={code}>{message}</li>
                  ))}
                </ul>
                {t.confirmText}
              </>
            }
            fields={[{ name: 'reason', label: shell.reason, kind: 'area', most: 500 }]}
            onAct={(values) =>
              act(ConfirmBatchDocument, {
                input: { ...input, officer: name, reason: neededText(values, 'reason') },
              })
            }
            onDone={onChange}
          />
        ) : null}
        {(underWay.includes(status) || status === 'SUSPICIOUS') && may('batch.submit') ? (
          <ActButton
            danger
            label={t.cancel}
            title={fill(t.cancelTitle, { file })}
            text={t.cancelText}
            onAct={() => act(CancelBatchDocument, { input })}
            onDone={onChange}
          />
        ) : null}
      </PageHead>
      {status === 'SUSPICIOUS' ? (
        <Alert
          className="notice"
          type="warning"
          showIcon
          title={t.suspicious}
          description={suspicions.map(({ message }) => message).join('；')}
        />
      ) : null}
      {refusal === null ? null : (
        <Alert
          className="notice"
          type="error"
          showIcon
          title={t.refused}
          description={refusal.message + (refusal.line === null ? '' : fill(t.line, { line: refusal.line }))}
        />
      )}
    </>
  )
}

function Progress({ batch }: { batch: Batch }) {
  const t = useTexts(batchTexts)
  const { rowsTotal, received, rowsChecked, rowsPerSecond, secondsLeft } = batch
  const parts = [
    rowsTotal === null
      ? fill(t.checking, { checked: rowsChecked })
      : fill(t.storing, { received, total: rowsTotal }),
    rowsPerSecond === null ? null : fill(t.speed, { rows: rowsPerSecond }),
    secondsLeft === null ? null : fill(t.left, { seconds: secondsLeft }),
  ]
  return (
    <div className="batch-progress" role="status">
      {/* Until the file was read to its end nobody knows how long it is. */}
      <progress
        aria-label={t.progress}
        {...(rowsTotal === null ? {} : { value: received, max: Math.max(rowsTotal, 1) })}
      />
      <span>{parts.filter((part) => part !== null).join(' · ')}</span>
    </div>
  )
}

function Counts({ batch }: { batch: Batch }) {
  const t = useTexts(batchTexts)
  const counts = [
    { name: t.received, count: batch.received, tone: '' },
    { name: t.accepted, count: batch.accepted, tone: 'good' },
    { name: t.unchanged, count: batch.unchanged, tone: '' },
    { name: t.held, count: batch.held, tone: batch.held > 0 ? 'warn' : '' },
    { name: t.rejected, count: batch.rejected, tone: batch.rejected > 0 ? 'bad' : '' },
    ...(batch.withdrawn > 0 ? [{ name: t.withdrawn, count: batch.withdrawn, tone: 'warn' }] : []),
  ]
  return (
    <dl className="figures">
      {counts.map(({ name, count, tone }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={tone}>{count}</dd>
        </div>
      ))}
    </dl>
  )
}

function fileText({ file }: Batch): string | null {
  if (file === null) return null
  const size =
    file.bytes < 1_048_576
      ? `${Math.ceil(file.bytes / 1024)} KB`
      : `${(file.bytes / 1_048_576).toFixed(1)} MB`
  return [file.name, file.format, file.sheet, size].filter((part) => part !== null).join(' · ')
}
