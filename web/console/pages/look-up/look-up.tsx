import { Button, Form } from 'antd'
import { useState } from 'react'
import { ask } from '../../api/ask.ts'
import { useAttempt } from '../../api/use-attempt.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { Fields, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { FaultNotice, Loading } from '../../parts/states.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { lookUpTexts } from '../../texts/look-up.ts'
import { pageTexts } from '../../texts/shell.ts'
import { matterWords } from '../../texts/words.ts'
import { HitList } from './hit-list.tsx'
import {
  type Hits,
  type Matter,
  type Question,
  ScreenDocument,
  type Screened,
  SearchDocument,
} from './look-up-operations.ts'
import { ScreenResult } from './screen-result.tsx'

type Answer =
  | { kind: 'SCREENED'; question: Question; screened: Screened }
  | { kind: 'FOUND'; question: Question; hits: Hits }

const matters = Object.keys(matterWords)
/** Every number has a digit; letters alone are a name, or its pinyin. */
const isNumber = (text: string) => /^(?=.*\d)[0-9A-Z-]{6,}$/i.test(text.replaceAll(' ', ''))

/** Who is on a list, which measures bind, on which ground it was asked. What was typed stays out of the address. */
export default function LookUp() {
  const t = useTexts(lookUpTexts)
  const titles = useTexts(pageTexts)
  const matterWord = useWords(matterWords)
  const { busy, fault, attempt } = useAttempt()
  const [answer, setAnswer] = useState<Answer | null>(null)

  async function look(question: Question) {
    const { identifier, purpose, matter, asOf, name } = question
    setAnswer(null)
    if (isNumber(identifier)) {
      const subjects = [{ identifier, name }]
      const { screen } = await ask(ScreenDocument, { input: { purpose, matter, asOf, subjects } })
      setAnswer({ kind: 'SCREENED', question, screened: screen })
    } else {
      const { searchSubjects } = await ask(SearchDocument, { query: identifier, purpose })
      setAnswer({ kind: 'FOUND', question, hits: searchSubjects.edges })
    }
  }
  const begin = (question: Question) => void attempt(() => look(question))
  const questionOf = (values: Values): Question => ({
    identifier: neededText(values, 'question'),
    purpose: neededText(values, 'purpose'),
    matter: textOf(values, 'matter') as Matter | null,
    asOf: textOf(values, 'asOf'),
    name: textOf(values, 'name'),
  })

  return (
    <>
      <PageHead title={titles.lookUp} note={t.note} />
      <section className="card">
        <Form<Values>
          layout="vertical"
          requiredMark={false}
          className="look-up"
          onFinish={(values) => begin(questionOf(values))}
        >
          <Fields
            fields={[
              { name: 'question', label: t.question, kind: 'text', help: t.questionHelp, focus: true },
              { name: 'purpose', label: t.purpose, kind: 'text', help: t.purposeHelp, most: 200 },
              {
                name: 'matter',
                label: t.matter,
                kind: 'choice',
                optional: true,
                choices: choicesOf(matters, matterWord),
              },
              { name: 'name', label: t.knownName, kind: 'text', optional: true },
              { name: 'asOf', label: t.asOf, kind: 'day', optional: true },
            ]}
          />
          <Button type="primary" htmlType="submit" loading={busy}>
            {t.lookUp}
          </Button>
        </Form>
      </section>
      <div aria-live="polite">
        {busy ? <Loading /> : null}
        {fault === null ? null : <FaultNotice fault={fault} />}
        {answer?.kind === 'SCREENED' ? (
          <ScreenResult
            question={answer.question}
            screened={answer.screened}
            onChoose={(uscc) => begin({ ...answer.question, identifier: uscc, name: null })}
          />
        ) : null}
        {answer?.kind === 'FOUND' ? (
          <HitList
            hits={answer.hits}
            onChoose={(uscc) => begin({ ...answer.question, identifier: uscc, name: null })}
          />
        ) : null}
      </div>
    </>
  )
}
