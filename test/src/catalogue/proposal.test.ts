import { describe, expect, it } from 'vitest'
import { type Proposal, proposeDefinition, readDraft } from '../../../src/catalogue/proposal.ts'
import type { Mapping } from '../../../src/catalogue/proposal-columns.ts'
import type { Facts } from '../../../src/catalogue/proposal-facts.ts'
import { previewSample } from '../../../src/catalogue/proposal-preview.ts'
import type { Sample } from '../../../src/catalogue/proposal-values.ts'
import {
  listTemplate,
  nationalPenalties,
  penaltiesOf2016,
  sheet,
  terms,
  tobaccoSheet,
  today,
  uscc,
} from './sample-sheets.ts'

const said = {
  code: 'TOBACCO_PENALTIES',
  department: 'TOBACCO',
  name: '烟草专卖行政处罚信息',
  coverage: '本市烟草专卖行政处罚',
  legalBasis: ['烟草专卖法'],
  listType: null,
} satisfies Facts

const propose = (sample: Sample, facts: Facts = said, mapping: Mapping = {}) =>
  proposeDefinition(sample, terms, facts, { mapping, today })

function preview(sample: Sample, proposal: Proposal) {
  const { definition, problems } = readDraft(proposal, sample.headings)
  if (!definition) throw new TypeError(JSON.stringify([proposal.missing, problems], null, 2))
  return { drafts: problems, ...previewSample(definition, sample, { termMonths: null, today }) }
}

const fieldOf = (proposal: Proposal, heading: string) => {
  const column = proposal.columns.find((entry) => entry.heading === heading)
  const field = proposal.definition.fields.find((entry) => entry.name === column?.field)
  return [column?.field, column?.matchedBy, field?.value, field?.disclosure]
}

describe('print', () => {
  it.each(Object.entries({ nationalPenalties, penaltiesOf2016, tobaccoSheet, listTemplate }))(
    '%s',
    (name, make) => {
      const sample = make()
      const facts: Facts =
        name === 'listTemplate'
          ? { ...said, listType: { code: 'WAGE_ARREARS', nature: 'JOINT_PUNISHMENT' } }
          : said
      const p = propose(sample, facts)
      console.log(
        name,
        p.family,
        JSON.stringify(p.columns.map((c) => [c.heading, c.field, c.matchedBy, c.note, c.alternatives])),
        p.missing,
        p.problems,
      )
      const { fields, ...rest } = p.definition
      console.log(
        JSON.stringify(rest),
        JSON.stringify(fields.map((f) => [f.name, f.value, f.disclosure, f.required])),
      )
      const v = preview(sample, p)
      console.log(JSON.stringify({ ...v, rows: v.rows.slice(0, 2) }))
    },
  )
})
void [fieldOf, expect, sheet, uscc]
