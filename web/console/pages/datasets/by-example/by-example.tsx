import { Form } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { ask } from '../../../api/ask.ts'
import { type Fault, faultOf } from '../../../api/fault.ts'
import { graphql } from '../../../api/graphql.ts'
import { useAsk, useLoaded } from '../../../api/use-ask.ts'
import { DropFile } from '../../../parts/drop-file.tsx'
import { neededText, textOf, type Values } from '../../../parts/fields.tsx'
import { PageHead } from '../../../parts/page-head.tsx'
import { FaultNotice, Ready } from '../../../parts/states.tsx'
import { useMay, useViewer } from '../../../session/viewer.tsx'
import { byExampleTexts } from '../../../texts/datasets.ts'
import { fill, useTexts } from '../../../texts/language.tsx'
import { ByExampleDocument, ByExampleForDocument } from '../dataset-operations.ts'
import type { Correction } from '../definition.ts'
import '../datasets.css'
import { ColumnsCard } from './columns-card.tsx'
import { FactsCard } from './facts-card.tsx'
import { PreviewCard } from './preview-card.tsx'
import { PublishCard } from './publish-card.tsx'
import { nameFromFile, readSample, type SampleFile } from './sample-file.ts'

const ChoicesDocument = graphql(`
  query DatasetChoices {
    departments { code name status roles }
    listTypes { code name status }
    datasets { code version }
  }
`)
const none = {}
const pauseBeforeAsking = 500

/** From a department's own table to a dataset in use, on one page: drop, correct, look, publish. */
export default function ByExample() {
  const t = useTexts(byExampleTexts)
  const [search] = useSearchParams()
  const viewer = useViewer()
  const publishes = useMay()('dataset.publish')
  const choices = useAsk(ChoicesDocument, none)
  const [sample, setSample] = useState<SampleFile | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [mapping, setMapping] = useState<Readonly<Record<string, string | null>>>({})
  const [corrections, setCorrections] = useState<Readonly<Record<string, Correction>>>({})
  const [facts, setFacts] = useState<Values>({})
  const [form] = Form.useForm<Values>()

  async function take(file: File) {
    setFault(null)
    try {
      const read = await readSample(file, t.tooLarge)
      if (!textOf(form.getFieldsValue(), 'name')) form.setFieldValue('name', nameFromFile(file.name))
      setMapping({})
      setCorrections({})
      setFacts(form.getFieldsValue())
      setSample(read)
    } catch (error) {
      setFault(faultOf(error))
    }
  }

  const settled = useSettled({ facts, mapping }, pauseBeforeAsking)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const department = neededText(settled.facts, 'department')
      const input = inputOf(settled.facts, settled.mapping, sample?.content ?? '')
      const answer = publishes
        ? await ask(ByExampleForDocument, { department, input }, signal)
        : await ask(ByExampleDocument, { input }, signal)
      return answer.datasetByExample
    },
    [settled, sample, publishes],
  )
  const example = useLoaded(sample === null ? null : load)
  const family = example.data?.family ?? null
  // A code that nobody has to think of, until somebody types another.
  useEffect(() => {
    if (family === null || form.isFieldTouched('code') || search.has('code')) return
    const code = codeFor(textOf(form.getFieldsValue(), 'department') ?? '', family)
    if (form.getFieldValue('code') === code) return
    form.setFieldValue('code', code)
    setFacts(form.getFieldsValue())
  }, [family, form, search])

  return (
    <>
      <PageHead title={t.title} note={t.note} />
      {fault === null ? null : <FaultNotice fault={fault} />}
      <div className="tall">
        <DropFile
          label={sample === null ? t.drop : fill(t.another, { name: sample.name })}
          accept=".csv,.xlsx,.ndjson,.xml,.txt"
          onFile={(file) => void take(file)}
        />
        <Ready asked={choices}>
          {({ departments, listTypes }) => (
            <FactsCard
              form={form}
              department={search.get('department') ?? viewer.department.code}
              code={search.get('code')}
              departments={departments.filter(
                ({ code, roles, status }) =>
                  roles.includes('PROVIDER') && (status !== 'CLOSED' || code === search.get('department')),
              )}
              listTypes={listTypes.filter(({ status }) => status === 'ACTIVE')}
              onChange={setFacts}
            />
          )}
        </Ready>
        {sample === null ? null : (
          <Ready asked={example}>
            {(answer) => (
              <div className="tall">
                <ColumnsCard
                  example={answer}
                  mapping={mapping}
                  onMap={(heading, field) => setMapping({ ...mapping, [heading]: field })}
                  corrections={corrections}
                  onCorrect={(field, correction) =>
                    setCorrections({ ...corrections, [field]: { ...corrections[field], ...correction } })
                  }
                />
                <PreviewCard example={answer} />
                <PublishCard
                  example={answer}
                  corrections={corrections}
                  code={neededText(facts, 'code')}
                  department={neededText(facts, 'department')}
                  listType={textOf(facts, 'listType')}
                />
              </div>
            )}
          </Ready>
        )}
      </div>
    </>
  )
}

const suffixes: Readonly<Record<string, string>> = { PENALTY: 'PENALTIES', LICENCE: 'LICENCES', LIST: 'LIST' }
const codeFor = (department: string, family: string) => `${department}_${suffixes[family] ?? 'RECORDS'}`

function inputOf(facts: Values, mapping: Readonly<Record<string, string | null>>, content: string) {
  return {
    // The server wants one at once; nothing is stored under it.
    code: textOf(facts, 'code') ?? codeFor(neededText(facts, 'department'), ''),
    name: textOf(facts, 'name'),
    coverage: textOf(facts, 'coverage'),
    updateCycle: textOf(facts, 'updateCycle'),
    nature: textOf(facts, 'nature'),
    sharing: textOf(facts, 'sharing'),
    listType: textOf(facts, 'listType'),
    legalBasis: linesOf(textOf(facts, 'legalBasis') ?? ''),
    mapping,
    content,
  }
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** The value once it has stayed the same for a while: nobody is asked at every letter. */
function useSettled<Value>(value: Value, pause: number): Value {
  const [settled, setSettled] = useState(value)
  const key = JSON.stringify(value)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the value.
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [key, pause])
  return settled
}
