import { Button } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { newId } from '../../api/ask.ts'
import { type Fault, faultOf } from '../../api/fault.ts'
import { upload } from '../../api/upload.ts'
import { useAddress } from '../../parts/address.ts'
import { DropFile } from '../../parts/drop-file.tsx'
import { Choose } from '../../parts/fields.tsx'
import { FaultNotice, Nothing } from '../../parts/states.tsx'
import { batchTexts } from '../../texts/batches.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { shellTexts } from '../../texts/shell.ts'

type Sending = { name: string; share: number }

/** A dataset and a file: what is dropped is sent at once, and the page of its batch opens. */
export function SubmitCard({ datasets }: { datasets: readonly { code: string; name: string }[] }) {
  const t = useTexts(batchTexts)
  const shell = useTexts(shellTexts)
  const navigate = useNavigate()
  const { value, set } = useAddress()
  const [sending, setSending] = useState<Sending | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const abort = useRef<AbortController | null>(null)
  const id = useId()
  useEffect(() => () => abort.current?.abort(), [])

  // Where there is one dataset, nobody needs to choose.
  const dataset = datasets.length === 1 ? (datasets[0]?.code ?? null) : value('dataset')

  async function send(file: File, code: string) {
    const controller = new AbortController()
    abort.current = controller
    const batchId = newId()
    const parameters = new URLSearchParams({ dataset: code, batchId, name: file.name })
    setFault(null)
    setSending({ name: file.name, share: 0 })
    try {
      await upload(`batches?${parameters}`, file, {
        onProgress: (share) => setSending({ name: file.name, share }),
        signal: controller.signal,
      })
      abort.current = null
      navigate(`/batches/${batchId}`)
    } catch (error) {
      setFault(faultOf(error))
    } finally {
      setSending(null)
    }
  }

  return (
    <section className="card tall">
      <h2>{t.submit}</h2>
      {datasets.length === 0 ? (
        <Nothing>{t.noDatasets}</Nothing>
      ) : (
        <>
          <div className="filter submit-dataset">
            <label htmlFor={id}>{t.dataset}</label>
            <Choose
              id={id}
              required
              choices={datasets.map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))}
              value={dataset ?? ''}
              onChange={(code) => set({ dataset: code })}
            />
          </div>
          <DropFile
            label={dataset === null ? t.chooseDataset : t.drop}
            accept=".csv,.xlsx,.ndjson,.xml,.txt"
            disabled={dataset === null || sending !== null}
            onFile={(file) => {
              if (dataset !== null) void send(file, dataset)
            }}
          />
        </>
      )}
      {sending === null ? null : (
        <div className="acts" role="status">
          <span>{fill(t.uploading, { name: sending.name })}</span>
          <progress aria-label={t.progress} value={sending.share} max={1} />
          <Button size="small" onClick={() => abort.current?.abort()}>
            {shell.cancel}
          </Button>
        </div>
      )}
      {fault === null ? null : <FaultNotice fault={fault} />}
    </section>
  )
}
