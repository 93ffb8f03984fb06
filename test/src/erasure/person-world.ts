import { readFile } from 'node:fs/promises'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { qualityRow } from '../../support/quality-rows.ts'
import { residentId } from '../catalogue/sample-sheets.ts'

/** An exchange that is told a person's name and number by every use case that takes a text. */

export const canary = '金丝雀某'
export const canaryNumber = residentId(7)
export const other = '旁人某'
export const today = legalDay(new Date())

export const lists = { persons: 'QTS_PERSONS', controlled: 'QTS_CONTROLLED' } as const

async function importDatasets(exchange: TestExchange): Promise<void> {
  const file = new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url)
  const [entry] = JSON.parse(await readFile(file, 'utf8')).datasets
  const { definition } = entry
  const number = (name: string, label: string) => ({
    name,
    label,
    labelEn: label,
    disclosure: 'AUTHORISED',
    value: { type: 'CERTIFICATE' },
  })
  const text = { disclosure: 'GOV_SHARED', value: { type: 'TEXT', maxLength: 100 } }
  await exchange.importCatalogue({
    datasets: [
      {
        ...entry,
        code: lists.persons,
        definition: {
          ...definition,
          subjectKinds: ['PERSON'],
          sharing: 'GOV_SHARED',
          sourceKey: ['decisionNo'],
          // Any faulty row makes a file wait for an officer.
          suspicion: { rowsBelowUsual: 0, minimumRows: 1, withdrawalsAbove: 1, rejectionsAbove: 0.01 },
          fields: [
            ...definition.fields.filter(
              ({ name }: { name: string }) =>
                !['uscc', 'registrationNo', 'organisationCode', 'legalRepresentative'].includes(name),
            ),
            number('certificateNo', '身份证号'),
          ],
          subject: { name: 'name', certificate: 'certificateNo', otherNumbers: [] },
        },
      },
      {
        ...entry,
        code: lists.controlled,
        definition: {
          ...definition,
          fields: [
            ...definition.fields,
            { ...text, name: 'controller', label: '实际控制人', labelEn: 'Controller' },
            number('controllerNo', '实际控制人身份证号'),
          ],
          subject: {
            ...definition.subject,
            responsible: [
              { role: 'LEGAL_REPRESENTATIVE', name: 'legalRepresentative' },
              { role: 'ACTUAL_CONTROLLER', name: 'controller', certificate: 'controllerNo' },
            ],
          },
        },
      },
    ],
  })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
}

export function personRow(n: number, change: Record<string, string> = {}): Record<string, string> {
  const { uscc: _, legalRepresentative: __, ...row } = qualityRow(n)
  return {
    ...row,
    name: canary,
    certificateNo: canaryNumber,
    reason: `${canary}拒不整改`,
    decisionNo: `汝质监个〔2026〕${n}号`,
    ...change,
  }
}

export const controlledRow = (n: number, change: Record<string, string> = {}) =>
  qualityRow(n, { controller: other, controllerNo: residentId(50), ...change })

export class PersonWorld implements AsyncDisposable {
  readonly exchange: TestExchange
  readonly server: RunningServer
  readonly qts: TestDepartment
  readonly ndrc: TestDepartment
  #count = 0

  private constructor(
    exchange: TestExchange,
    server: RunningServer,
    departments: { qts: TestDepartment; ndrc: TestDepartment },
  ) {
    this.exchange = exchange
    this.server = server
    this.qts = departments.qts
    this.ndrc = departments.ndrc
  }

  static async start(): Promise<PersonWorld> {
    const exchange = await TestExchange.start()
    const server = await exchange.replica()
    const qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
    const ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
    await importFoundingCatalogue(exchange)
    await importDatasets(exchange)
    return new PersonWorld(exchange, server, { qts, ndrc })
  }

  nextId(): string {
    this.#count += 1
    return `p-${this.#count}`
  }

  /** A mutation that must succeed; `selection` of its success. */
  async done<T>(
    by: TestDepartment,
    name: string,
    input: object,
    selection = '__typename',
    type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`,
  ): Promise<T> {
    const answer = await by.query(
      this.server.url,
      `mutation ($i: ${type}!) { ${name}(input: $i) { ${selection} ... on Refusal { code message } } }`,
      { i: input },
    )
    const { data } = answer.json as { data?: Record<string, T & { code?: string }> }
    const outcome = data?.[name]
    if (!outcome || outcome.code !== undefined) throw new TypeError(answer.body)
    return outcome
  }

  async submit(dataset: string, records: object[]) {
    const { batch } = await this.done<{
      batch: { accepted: number; held: number; rejected: number; problems: { code: string }[] }
    }>(
      this.qts,
      'submitRecords',
      { dataset, batchId: this.nextId(), records },
      '... on SubmitRecordsSuccess { batch { accepted held rejected problems { code } } }',
    )
    return batch
  }

  async withdraw(dataset: string, sourceKey: object): Promise<void> {
    await this.done(this.qts, 'withdrawRecord', {
      changeId: this.nextId(),
      dataset,
      sourceKey,
      reason: `${canary}之决定撤销`,
      documentNo: '汝质监撤〔2026〕1号',
      decidedOn: today,
    })
  }

  async rows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.exchange.database.pool.query(sql, values)).rows
  }

  async personId(): Promise<number> {
    const [row] = await this.rows<{ id: number }>(
      `SELECT s.id FROM subject s JOIN subject_identifier i ON i.subject_id = s.id WHERE s.kind = 'PERSON' AND s.name = $1`,
      [canary],
    )
    if (!row) throw new TypeError('nobody of that name')
    return row.id
  }

  /** An objection that is taken in with the person as applicant, and refused. */
  async objection(dataset: string, sourceKey: object, close = true): Promise<string> {
    const { receipt } = await this.done<{ receipt: { code: string } }>(
      this.qts,
      'openRemedy',
      {
        openingId: this.nextId(),
        kind: 'OBJECTION',
        dataset,
        sourceKey,
        applicant: { name: canary, contact: '13800001111', relation: 'SUBJECT', documentNo: canaryNumber },
        grounds: `${canary}认为不属实`,
        receivedOn: today,
      },
      '... on RemedySuccess { receipt { code } }',
    )
    if (close) await this.refuse(receipt.code)
    return receipt.code
  }

  async refuse(code: string): Promise<void> {
    const input = { actionId: this.nextId(), code, reasons: `${canary}未附材料` }
    await this.done(this.qts, 'refuseRemedy', input, '__typename', 'ReasonedRemedyInput')
  }

  /** What is not lifted yet, with the department that has to do it. */
  async tasks(): Promise<{ id: string; by: TestDepartment }[]> {
    await this.server.app.taskFanOut.catchUp()
    const rows = await this.rows<{ id: string; code: string }>(
      `SELECT t.id::text, d.code FROM measure_task t JOIN department d ON d.id = t.department_id JOIN listing l ON l.id = t.listing_id
        WHERE l.subject_id = $1 AND t.phase <> 'LIFTED' ORDER BY t.id`,
      [await this.personId()],
    )
    return rows.map(({ id, code }) => ({ id, by: code === 'QTS' ? this.qts : this.ndrc }))
  }

  /** Every column of every table in which the bytes of the text stand, as `table.column`. */
  async columnsWith(text: string): Promise<string[]> {
    const columns = await this.rows<{ table: string; column: string; type: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS table, quote_ident(column_name) AS column, data_type AS type
         FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    )
    const found: string[] = []
    for (const { table, column, type } of columns) {
      const bytes = type === 'bytea' ? column : `convert_to(${column}::text, 'UTF8')`
      const [row] = await this.rows<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${table} WHERE position(convert_to($1, 'UTF8') IN ${bytes}) > 0`,
        [text],
      )
      if (row && row.n > 0) found.push(`${table}.${column}`)
    }
    return found.sort()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.exchange[Symbol.asyncDispose]()
  }
}
