import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import city from '../../prisma/demo-city/city.json' with { type: 'json' }
import { enterprises } from '../../prisma/demo-city/enterprises.ts'
import { demoRecords, ndjson } from '../../prisma/demo-city/generate.ts'
import { departuresOf } from '../../src/catalogue/calendar-year.ts'
import { catalogueFileSchema } from '../../src/catalogue/catalogue-file.ts'
import { noTerm, termBy } from '../../src/catalogue/list-rules.ts'
import { describeMeasureFault, measureFaults } from '../../src/catalogue/measure-policy.ts'
import { businessMatters, decisionTextFor, measuresBinding } from '../../src/catalogue/measures.ts'
import { departmentCodePattern, departmentRoles } from '../../src/departments/department.ts'
import { addCalendarDays, isWeekend } from '../../src/kernel/working-days.ts'
import { type ReadRows, type Row, readRows } from '../../src/records/submission.ts'
import { checkIdentifier, checkUscc } from '../../src/subjects/identifiers.ts'

const today = '2026-11-24'
const folder = new URL('../../prisma/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8')
const names = (path: string, ending: string) =>
  readdirSync(new URL(path, folder)).filter((name) => name.endsWith(ending))

const datasetFiles = names('catalogue/datasets/', '.json')
const load = (path: string) => catalogueFileSchema.parse(JSON.parse(read(path)))
const { listTypes } = load('catalogue/list-types.json')
const { measures } = load('catalogue/measures.json')
const { calendar } = load('catalogue/calendar.json')
const { clocks } = load('catalogue/clocks.json')
const { publicationRules, penaltyGrades } = load('catalogue/publication-rules.json')
const datasets = datasetFiles.flatMap((name) => load(`catalogue/datasets/${name}`).datasets)

function datasetOf(code: string) {
  const dataset = datasets.find((entry) => entry.code === code)
  if (!dataset) throw new RangeError(`no dataset ${code}`)
  return dataset
}

function readAll(code: string, rows: readonly unknown[]): ReadRows {
  const { definition, listType } = datasetOf(code)
  const rules = listTypes.find((entry) => entry.code === listType)?.rules
  return readRows(rows, { definition, termOn: rules ? termBy(rules) : noTerm, today })
}

const rowsOf = (code: string): Record<string, string>[] =>
  read(`demo-city/records/${code}.ndjson`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

function rowWith(code: string, wanted: (row: Record<string, string>) => boolean): Record<string, string> {
  const row = rowsOf(code).find(wanted)
  if (!row) throw new RangeError(`no such row in ${code}`)
  return row
}

function without(row: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))
}

const faults = (code: string, row: Record<string, string>) =>
  readAll(code, [row])
    .refused.flatMap(({ problems }) => problems)
    .map((problem) => `${problem.field} ${problem.code}`)

describe('the calendar', () => {
  const days = calendar.flatMap(departuresOf)
  const holidays = new Set(days.filter(([, kind]) => kind === 'HOLIDAY').map(([day]) => day))

  it('knows the years 2004 to 2026 with the notice each rests on', () => {
    expect(calendar.map(({ year }) => year)).toEqual(Array.from({ length: 23 }, (_, index) => 2004 + index))
    expect(calendar.filter(({ year, notice }) => !notice.includes(`${year}年`))).toEqual([])
  })

  /** First days of Spring Festival as the law counts it, and of the festivals by the moon since they are holidays. */
  const moon: Record<number, { newYear: string; dragonBoat: string; midAutumn: string }> = {
    2015: { newYear: '02-19', dragonBoat: '06-20', midAutumn: '09-27' },
    2020: { newYear: '01-25', dragonBoat: '06-25', midAutumn: '10-01' },
    2024: { newYear: '02-10', dragonBoat: '06-10', midAutumn: '09-17' },
    2025: { newYear: '01-29', dragonBoat: '05-31', midAutumn: '10-06' },
    2026: { newYear: '02-17', dragonBoat: '06-19', midAutumn: '09-25' },
  }
  it.each(Object.entries(moon))(
    '%s: every statutory day is off',
    (year, { newYear, dragonBoat, midAutumn }) => {
      const newYearDay = `${year}-${newYear}`
      // 全国年节及纪念日放假办法, in force from 2025: New Year's Eve and 2 May as well.
      const since2025 = year >= '2025' ? [addCalendarDays(newYearDay, -1), `${year}-05-02`] : []
      const statutory = [
        `${year}-01-01`,
        ...[0, 1, 2].map((offset) => addCalendarDays(newYearDay, offset)),
        `${year}-05-01`,
        `${year}-${dragonBoat}`,
        `${year}-${midAutumn}`,
        ...['01', '02', '03'].map((day) => `${year}-10-${day}`),
        ...since2025,
      ]
      expect(statutory).toHaveLength(year >= '2025' ? 12 : 10)
      expect(statutory.filter((day) => !holidays.has(day))).toEqual([])
      expect(['04', '05', '06'].some((day) => holidays.has(`${year}-04-${day}`))).toBe(true)
    },
  )

  // A swapped day off is worked for on a weekend, so what is left over is what the law gives.
  it('gives each year as many weekdays off, less working weekends, as there are statutory days', () => {
    // The last days of December that the notice of the next year moved.
    const yearOfNotice = (day: string) =>
      ['2005', '2006', '2007', '2011', '2018', '2022'].includes(day.slice(0, 4)) && day.slice(5) >= '12-29'
        ? Number(day.slice(0, 4)) + 1
        : Number(day.slice(0, 4))
    const balance = new Map<number, number>()
    for (const [day, kind] of days) {
      const off = kind === 'WORKDAY' ? -1 : isWeekend(day) ? 0 : 1
      balance.set(yearOfNotice(day), (balance.get(yearOfNotice(day)) ?? 0) + off)
    }
    const statutory = (year: number) => (year < 2008 ? 10 : year < 2025 ? 11 : 13)
    // 2015: 3 September; 2020: Spring Festival made longer by a weekday and a Saturday that was to be worked.
    const extra: Record<number, number> = { 2015: 1, 2020: 2 }
    expect(Object.fromEntries(balance)).toEqual(
      Object.fromEntries(calendar.map(({ year }) => [year, statutory(year) + (extra[year] ?? 0)])),
    )
  })
})

describe('clocks', () => {
  it('keep the days that their rules give', () => {
    expect(
      clocks.map(({ code, days, unit, effectiveFrom, effectiveTo }) =>
        [code, days, unit === 'WORKING_DAY' ? 'wd' : 'd', effectiveFrom, effectiveTo ?? ''].join(' ').trim(),
      ),
    ).toEqual([
      'DOUBLE_PUBLICITY 7 wd 2015-06-24',
      'SAMR_PUBLICATION 20 wd 2014-10-01 2021-08-31',
      'SAMR_PUBLICATION 20 wd 2021-09-01',
      'SAMR_LIST_PUBLICATION 20 wd 2021-09-01',
      'IP_COUNTERFEIT_PUBLICATION 20 wd 2014-06-01',
      'WITHDRAWAL 3 wd 2021-07-15',
      'PLATFORM_CHECK 5 wd 2020-05-01',
      'OBJECTION_OWN 3 wd 2020-05-01',
      'OBJECTION_PROVIDER 3 wd 2020-05-01',
      'OBJECTION_TOTAL 7 wd 2020-05-01',
      'REVOCATION 1 wd 2020-05-01',
      'REPAIR_EXECUTION 1 wd 2020-05-01',
      'REPAIR_ACCEPTANCE 2 wd 2026-04-01',
      'REPAIR_DECISION 10 wd 2026-04-01',
      'REPAIR_DECISION_SAMR 15 wd 2021-09-01 2025-12-24',
      'REPAIR_DECISION_SAMR 7 wd 2025-12-25',
      'CRIMINAL_TRANSFER_DECISION 3 d 2020-08-07',
      'TASK_RESPONSE 5 wd 2016-05-30',
      'TASK_FEEDBACK 20 wd 2016-05-30',
    ])
  })

  it('run for the datasets whose rule is known, from days that every row has', () => {
    const running = datasets.flatMap(({ code, definition }) =>
      definition.clocks.map(({ rule, startsOn }) => {
        const required = definition.fields.find((field) => field.name === startsOn)?.required
        return `${code} ${rule} ${startsOn} ${required === true ? 'always' : 'sometimes'}`
      }),
    )
    expect(running).toEqual([
      'AIC_PENALTIES DOUBLE_PUBLICITY CF_JDRQ always',
      'AIC_PENALTIES SAMR_PUBLICATION CF_JDRQ always',
      'AIC_SERIOUS_DISHONESTY SAMR_LIST_PUBLICATION listedOn always',
      'PBOC_PENALTIES DOUBLE_PUBLICITY CF_JDRQ always',
    ])
    const codes = new Set(clocks.map(({ code }) => code))
    expect(
      datasets.flatMap(({ definition }) => definition.clocks).filter(({ rule }) => !codes.has(rule)),
    ).toEqual([])
  })
})

describe('list types', () => {
  it('are active only with a basis document', () => {
    expect(listTypes.filter((type) => type.status === 'ACTIVE' && type.basis.length === 0)).toEqual([])
  })

  it('stay drafts while every document of their basis is unverified', () => {
    const unverified = listTypes.filter((type) => type.basis.every((text) => text.startsWith('待核实')))
    expect(unverified.map((type) => [type.code, type.status])).toEqual([['TAX_SERIOUS_DISHONESTY', 'DRAFT']])
  })

  it('keep the terms and the early exits that their rules give', () => {
    const rules = listTypes.flatMap(({ code, rules }) =>
      rules.map(({ effectiveFrom, effectiveTo, termMonths, earlyExitMonths }) =>
        [code, termMonths ?? '-', earlyExitMonths ?? '-', effectiveFrom, effectiveTo ?? ''].join(' ').trim(),
      ),
    )
    expect(rules).toEqual([
      'SERIOUS_DISHONESTY - - 2020-05-01',
      'JOINT_PUNISHMENT - - 2016-05-30 2020-04-30',
      'JOINT_PUNISHMENT - - 2020-05-01',
      'MARKET_SERIOUS_DISHONESTY 36 12 2021-09-01',
      'MARKET_SERIOUS_DISHONESTY_2014 60 - 2014-10-01 2021-08-31',
      'ABNORMAL_OPERATIONS - - 2014-10-01',
      'QUALITY_DISHONEST - - 2015-08-31 2020-04-30',
      'QUALITY_DISHONEST - - 2020-05-01',
      'QUALITY_TRUSTWORTHY - - 2015-08-31 2020-04-30',
      'QUALITY_TRUSTWORTHY - - 2020-05-01',
      'TRUSTWORTHY - - 2020-05-01',
      'WAGE_ARREARS 36 6 2022-01-01',
      'JUDGMENT_DEFAULTER 24 - 2013-10-01',
      'IP_DISHONESTY 12 - 2022-01-24',
      'TAX_SERIOUS_DISHONESTY 36 - 2022-02-01',
    ])
  })

  it('name no clock for objections to a prior notice while no rule gives one', () => {
    expect(listTypes.flatMap(({ rules }) => rules.flatMap((rule) => rule.objectionClock ?? []))).toEqual([])
  })

  it('have tasks answered by the clocks that the city agreed on, hints apart', () => {
    const clocksOf = (hints: boolean) =>
      listTypes
        .filter(({ nature }) => (nature === 'KEY_ATTENTION') === hints)
        .flatMap(({ rules }) => rules.map((rule) => `${rule.responseClock} ${rule.feedbackClock}`))
    expect([...new Set(clocksOf(true))]).toEqual(['null null'])
    expect([...new Set(clocksOf(false))]).toEqual(['TASK_RESPONSE TASK_FEEDBACK'])
    const agreed = clocks.filter(({ code }) => code.startsWith('TASK_'))
    expect(agreed.filter(({ legalBasis }) => !/本市约定.*待核实/.test(legalBasis.join()))).toEqual([])
  })
})

describe('publication periods', () => {
  it('keep the months that their rules give', () => {
    const rules = publicationRules.map((rule) => {
      const { category, grade, shown, minMonths, maxMonths, effectiveFrom, effectiveTo } = rule
      const period = shown ? `${minMonths ?? '-'}/${maxMonths ?? '-'}` : 'hidden'
      return [category, grade, period, effectiveFrom, effectiveTo ?? ''].join(' ').trim()
    })
    expect(rules).toEqual([
      'PENALTY MINOR hidden 2023-05-01 2026-03-31',
      'PENALTY MINOR hidden 2026-04-01',
      'PENALTY ORDINARY 3/36 2023-05-01 2026-03-31',
      'PENALTY ORDINARY 3/12 2026-04-01',
      'PENALTY SERIOUS 12/36 2023-05-01 2026-03-31',
      'PENALTY SERIOUS 12/36 2026-04-01',
      'LIST MINOR -/- 2014-10-01',
      'LIST ORDINARY 3/36 2023-05-01 2026-03-31',
      'LIST ORDINARY 3/12 2026-04-01',
      'LIST SERIOUS -/- 2023-05-01 2026-03-31',
      'LIST SERIOUS 12/36 2026-04-01',
      'DISCLOSURE MINOR -/60 2020-05-01',
      'DISCLOSURE ORDINARY -/60 2020-05-01',
      'DISCLOSURE SERIOUS -/60 2020-05-01',
    ])
  })

  it('grade the kinds of penalties as the order in force does', () => {
    const gradesOn = (day: string) =>
      Object.fromEntries(
        penaltyGrades
          .filter((row) => row.effectiveFrom <= day && (row.effectiveTo === null || day <= row.effectiveTo))
          .map(({ kind, grade }) => [kind, grade]),
      )
    const light = { 警告: 'MINOR', 通报批评: 'MINOR', 罚款: 'ORDINARY', 没收: 'ORDINARY', 暂扣: 'ORDINARY' }
    const grave = [
      '吊销',
      '限制从业',
      '降低资质等级',
      '限制开展生产经营活动',
      '责令停产停业',
      '责令关闭',
      '行政拘留',
    ]
    const all = (grade: string) => Object.fromEntries(grave.map((kind) => [kind, grade]))
    expect(gradesOn('2026-03-31')).toEqual({ ...light, ...all('ORDINARY') })
    expect(gradesOn('2026-04-01')).toEqual({ ...light, ...all('SERIOUS') })
  })

  it('hang on the records of these datasets', () => {
    expect(
      datasets.map(({ code, definition: { publication } }) => [
        code,
        publication && `${publication.category} ${publication.determinedOn}`,
      ]),
    ).toEqual([
      ['AIC_ABNORMAL_OPERATIONS', 'LIST listedOn'],
      ['AIC_PENALTIES', 'PENALTY CF_JDRQ'],
      ['AIC_REGISTRATION', undefined],
      ['AIC_SERIOUS_DISHONESTY', 'LIST listedOn'],
      ['NDRC_JOINT_PUNISHMENT', 'LIST listedOn'],
      ['PBOC_PENALTIES', 'PENALTY CF_JDRQ'],
      ['QTS_DISHONEST', 'LIST listedOn'],
      ['QTS_TRUSTWORTHY', undefined],
    ])
  })
})

describe('measures', () => {
  const natureOf = (code: string) => listTypes.find((type) => type.code === code)?.nature ?? null
  const lists = listTypes.map(({ code }) => code)
  const grades = ['提示', '一般', '严重', '守信']

  it('have nothing that the policy refuses', () => {
    const faults = measures.flatMap((measure) =>
      measureFaults(measure, natureOf).map((fault) => describeMeasureFault(measure, fault)),
    )
    expect(faults).toEqual([])
  })

  it('are of the classes that the nature of their list allows', () => {
    const classes = (nature: string) =>
      [
        ...new Set(
          measures
            .filter(({ triggers }) => triggers.some(({ listType }) => natureOf(listType) === nature))
            .map((measure) => measure.class),
        ),
      ].toSorted()
    expect(classes('KEY_ATTENTION')).toEqual(['提示'])
    expect(classes('TRUSTWORTHY')).toEqual(['守信激励'])
    expect(classes('SERIOUS_DISHONESTY')).toEqual(['减损权益或增加义务', '市场自主', '管理措施'].toSorted())
  })

  it('never reduce rights for a hint, and never for praise, whatever is asked when and by whom', () => {
    const mild = lists.filter((code) => ['KEY_ATTENTION', 'TRUSTWORTHY'].includes(natureOf(code) ?? ''))
    const kinds = [...new Set(measures.flatMap(({ departmentKinds }) => departmentKinds)), 'OTHER']
    fc.assert(
      fc.property(
        fc.array(fc.record({ listType: fc.constantFrom(...mild), grade: fc.constantFrom(...grades) })),
        fc.constantFrom(...kinds),
        fc.constantFrom(...businessMatters, null),
        fc.integer({ min: 0, max: 5_000 }).map((days) => addCalendarDays('2014-01-01', days)),
        (listings, kind, matter, day) => {
          const bound = measuresBinding({ measures }, kind, listings, matter, day)
          return bound.every((measure) => !measure.reducesRights && measure.class !== '管理措施')
        },
      ),
    )
  })

  it('apply article 34 only to the severe: lists of serious dishonesty, arrears of wages, or that grade', () => {
    const ofArticle34 = measures.filter(({ legalBasis }) => legalBasis.join().includes('第三十四条'))
    expect(ofArticle34).toHaveLength(8)
    const mild = ofArticle34.flatMap(({ code, triggers }) =>
      triggers
        .filter(
          ({ listType, grades: only }) =>
            natureOf(listType) !== 'SERIOUS_DISHONESTY' &&
            listType !== 'WAGE_ARREARS' &&
            only?.join() !== '严重',
        )
        .map(({ listType }) => `${code} ${listType}`),
    )
    expect(mild).toEqual([])
    const bound = (grade: string) =>
      measuresBinding(
        { measures },
        'DEVELOPMENT_REFORM',
        [{ listType: 'JOINT_PUNISHMENT', grade }],
        'TENDERING',
        today,
      ).map(({ code }) => code)
    expect(bound('一般')).toEqual(['PUBLIC_RESOURCE_CREDIT_DEDUCTION'])
    expect(bound('严重')).toEqual(['PUBLIC_RESOURCE_CREDIT_DEDUCTION', 'PUBLIC_RESOURCE_TRADING_BAN'])
  })

  it('name only grades that a dataset of the list gives', () => {
    const given = new Set(
      datasets.flatMap(({ listType, definition: { listing, fields } }) => {
        if (!listing) return []
        const { grade } = listing
        const value = 'field' in grade ? fields.find(({ name }) => name === grade.field)?.value : undefined
        const codes = 'fixed' in grade ? [grade.fixed] : value?.type === 'CODE' ? value.codes : []
        return codes.map((code) => `${listType} ${code}`)
      }),
    )
    const named = measures.flatMap(({ triggers }) =>
      triggers.flatMap(({ listType, grades: only }) => (only ?? []).map((grade) => `${listType} ${grade}`)),
    )
    expect(named.filter((entry) => !given.has(entry))).toEqual([])
  })

  it('leave no place of a decision unfilled, and no memorandum in one that reduces rights', () => {
    for (const measure of measures) {
      const text = decisionTextFor(measure, '汝宁市甲公司', [
        { listName: '某名单', determinedBy: '某局', decisionNo: '〔2026〕1号' },
      ])
      expect(text).toContain('汝宁市甲公司被某局列入某名单（〔2026〕1号）')
      expect(text).toMatch(/依据[^，]/)
      expect(text).not.toMatch(/[{}]/)
      if (measure.reducesRights) expect(text).not.toMatch(/备忘录|基础清单/)
    }
  })

  it('name only kinds and matters that the catalogue explains', () => {
    const readme = read('catalogue/README.md')
    const words = [...measures.flatMap((measure) => measure.departmentKinds), ...businessMatters]
    expect(words.filter((word) => !readme.includes(`\`${word}\``))).toEqual([])
  })

  it('bind each founding department when a subject of joint punishment is in force', () => {
    const listings = [{ listType: 'JOINT_PUNISHMENT', grade: '严重' }]
    for (const { kind } of city.departments) {
      const own = measuresBinding({ measures }, kind, listings, null, today).filter(({ departmentKinds }) =>
        departmentKinds.includes(kind),
      )
      expect(own.length, kind).toBeGreaterThan(0)
    }
  })
})

describe('datasets', () => {
  it('are one to a file, named by their code and owned by a founding department', () => {
    expect(datasets.map((dataset) => `${dataset.code.toLowerCase().replaceAll('_', '-')}.json`)).toEqual(
      datasetFiles,
    )
    const codes = city.departments.map((department) => department.code)
    expect(datasets.filter((dataset) => !codes.includes(dataset.department))).toEqual([])
  })

  it.each(datasets.map((dataset) => [dataset.code, dataset] as const))(
    '%s: lists and listing agree',
    (_, dataset) => {
      const { listType, definition } = dataset
      expect(listType === null).toBe(definition.listing === undefined)
      if (listType) expect(listTypes.find((type) => type.code === listType)?.status).toBe('ACTIVE')
    },
  )

  it.each(datasets.map((dataset) => [dataset.code, dataset] as const))(
    '%s: a heading names one field, every field has one',
    (_, { definition }) => {
      const headings = definition.fields.flatMap((field) => [
        ...new Set([field.name, field.label, ...field.synonyms]),
      ])
      expect(headings.filter((heading, position) => headings.indexOf(heading) !== position)).toEqual([])
      expect(definition.fields.filter((field) => field.synonyms.length === 0)).toEqual([])
    },
  )

  it.each(datasets.map((dataset) => [dataset.code, dataset] as const))(
    '%s: certificate numbers stay authorised and out of the source number',
    (_, { definition }) => {
      const certificates = definition.fields.filter((field) => field.value.type === 'CERTIFICATE')
      const kindFields = certificates.flatMap(({ value }) =>
        value.type === 'CERTIFICATE' && value.kindField ? [value.kindField] : [],
      )
      const guarded = [...certificates.map((field) => field.name), ...kindFields]
      const disclosures = definition.fields
        .filter((field) => guarded.includes(field.name))
        .map((field) => field.disclosure)
      expect(disclosures).toEqual(guarded.map(() => 'AUTHORISED'))
      expect(definition.sourceKey.filter((name) => guarded.includes(name))).toEqual([])
      const takesPersons = definition.subject.person !== undefined
      expect(definition.subjectKinds).toEqual(takesPersons ? ['ORGANISATION', 'PERSON'] : ['ORGANISATION'])
    },
  )

  it('the central bank shares nothing with the public', () => {
    const { definition } = datasetOf('PBOC_PENALTIES')
    expect(definition.sharing).toBe('GOV_SHARED')
    expect(definition.fields.filter((field) => field.disclosure === 'PUBLIC')).toEqual([])
  })

  it('both penalty datasets keep to the one national table', () => {
    const table = (code: string) =>
      datasetOf(code)
        .definition.fields.filter((field) => field.name !== 'businessArea')
        .map(({ disclosure: _, ...field }) => field)
    expect(table('PBOC_PENALTIES')).toEqual(table('AIC_PENALTIES'))
  })

  it('only the registrar gives registered names', () => {
    const registrars = datasets.filter((dataset) => dataset.definition.subject.nameIsRegistered)
    expect(registrars.map((dataset) => dataset.code)).toEqual(['AIC_REGISTRATION'])
  })
})

describe('rules of the penalty table', () => {
  const code = 'AIC_PENALTIES'
  const fined = rowWith(code, (row) => row.CF_CFLB === '罚款；没收非法财物' && row.CF_XDR_LB !== '自然人')
  const revoked = rowWith(code, (row) => (row.CF_CFLB ?? '').includes('吊销'))
  const natural = rowWith(code, (row) => row.CF_XDR_LB === '自然人')

  it.each<[string, Record<string, string>, string[]]>([
    ['a fine without an amount', without(fined, 'CF_NR_FK'), ['CF_NR_FK FIELD_REQUIRED']],
    ['confiscation without an amount', without(fined, 'CF_NR_WFFF'), ['CF_NR_WFFF FIELD_REQUIRED']],
    ['a licence revoked, not named', without(revoked, 'CF_NR_ZKDX'), ['CF_NR_ZKDX FIELD_REQUIRED']],
    ['an amount with a unit', { ...fined, CF_NR_FK: '24000元' }, ['CF_NR_FK MONEY_INVALID']],
    [
      'an organisation without its code',
      without(fined, 'CF_XDR_SHXYM'),
      ['CF_XDR_SHXYM FIELD_REQUIRED', 'CF_XDR_SHXYM SUBJECT_UNIDENTIFIED'],
    ],
    ['an organisation without a representative', without(fined, 'CF_FRDB'), ['CF_FRDB FIELD_REQUIRED']],
    [
      'a person without a certificate',
      without(natural, 'CF_XDR_ZJHM'),
      ['CF_XDR_ZJHM FIELD_REQUIRED', 'CF_XDR_SHXYM SUBJECT_UNIDENTIFIED'],
    ],
    [
      'a person under summary procedure',
      { ...natural, procedure: '简易程序' },
      ['procedure NATURAL_PERSON_SUMMARY_PROCEDURE'],
    ],
    [
      'a person who remedied a minor violation',
      { ...natural, minorRemedied: '是' },
      ['minorRemedied NATURAL_PERSON_MINOR_REMEDIED'],
    ],
    ['a decision tomorrow', { ...fined, CF_JDRQ: '2026-11-25' }, ['CF_JDRQ DATE_IN_FUTURE']],
    ['a long-term decision date', { ...fined, CF_JDRQ: '2099-12-31' }, ['CF_JDRQ DATE_OPEN_END']],
    [
      'validity over before it began',
      { ...fined, CF_YXQ: '2020-01-01' },
      ['CF_YXQ VALIDITY_ENDS_BEFORE_DECISION'],
    ],
    [
      'publication over before it began',
      { ...fined, CF_GSJZQ: '2020-01-01' },
      ['CF_GSJZQ PUBLICATION_ENDS_BEFORE_DECISION'],
    ],
    ['final before it was decided', { ...fined, finalOn: '2020-01-01' }, ['finalOn FINAL_BEFORE_DECISION']],
    ['a category of the law that is none', { ...fined, CF_XDR_LB: '法人' }, ['CF_XDR_LB CODE_UNKNOWN']],
  ])('refuse %s', (_, row, expected) => {
    expect(faults(code, row)).toEqual(expected)
  })

  it('keep 万元 in fen and allow a long-term validity', () => {
    const [row] = readAll(code, [{ ...fined, CF_NR_FK: '0.2', CF_YXQ: '2099-12-31' }]).rows
    expect(row?.values).toMatchObject({ CF_NR_FK: 200_000, CF_YXQ: '2099-12-31' })
  })

  it('refuse what looks like credit-reporting data, and fields that could hold it', () => {
    const [row = {}] = rowsOf('PBOC_PENALTIES')
    expect(faults('PBOC_PENALTIES', { ...row, CF_WFXW: '个人住房贷款逾期三期' })).toEqual([
      'CF_WFXW CREDIT_REPORTING_DATA',
    ])
    expect(faults('PBOC_PENALTIES', { ...row, loanBalance: '12' })).toEqual(['loanBalance FIELD_UNKNOWN'])
  })
})

describe('rules of the lists', () => {
  const [joint = {}] = rowsOf('NDRC_JOINT_PUNISHMENT')
  const [good = {}] = rowsOf('QTS_TRUSTWORTHY')
  const removed = rowWith('AIC_ABNORMAL_OPERATIONS', (row) => row.removedOn !== undefined)

  it('refuse a listing before its notice, its publicity, or without grounds of removal', () => {
    expect(faults('NDRC_JOINT_PUNISHMENT', { ...joint, noticedOn: '2026-11-01' })).toEqual([
      'listedOn LISTED_BEFORE_NOTICE',
    ])
    expect(faults('NDRC_JOINT_PUNISHMENT', { ...joint, occurredOn: '2026-11-01' })).toEqual([
      'listedOn LISTED_BEFORE_ACT',
    ])
    expect(faults('QTS_TRUSTWORTHY', { ...good, publicisedOn: '2026-11-01' })).toEqual([
      'listedOn LISTED_BEFORE_PUBLICITY',
    ])
    expect(faults('AIC_ABNORMAL_OPERATIONS', without(removed, 'removalReason'))).toEqual([
      'removalReason FIELD_REQUIRED',
    ])
  })

  it('give three years where the market list does not say', () => {
    const row = rowWith('AIC_SERIOUS_DISHONESTY', (entry) => entry.removedOn === undefined)
    const [{ listing } = {} as Row] = readAll('AIC_SERIOUS_DISHONESTY', [row]).rows
    expect(listing?.endsOn).toBe(`${Number(row.listedOn?.slice(0, 4)) + 3}${row.listedOn?.slice(4)}`)
  })
})

describe('the demo city', () => {
  const codes = Object.keys(demoRecords())
  const allRows = new Map(codes.map((code) => [code, readAll(code, rowsOf(code))]))

  it('has records for every dataset and no others', () => {
    expect(names('demo-city/records/', '.ndjson').toSorted()).toEqual(
      datasets.map((dataset) => `${dataset.code}.ndjson`).toSorted(),
    )
  })

  it.each(Object.entries(demoRecords()))(
    '%s: the committed file is what the generator writes',
    (code, rows) => {
      expect(read(`demo-city/records/${code}.ndjson`)).toBe(ndjson(rows))
    },
  )

  it.each(codes)('%s: every row is accepted', (code) => {
    const result = allRows.get(code)
    expect(result?.refused).toEqual([])
    expect(result?.held).toEqual([])
    expect(result?.rows).toHaveLength(rowsOf(code).length)
  })

  it('bears divisions, codes and numbers that no real subject has', () => {
    expect(city.divisions.filter((division) => !/^4198\d\d$/.test(division.code))).toEqual([])
    const subjects = [...allRows.values()].flatMap(({ rows }) => rows.map((row) => row.subject))
    for (const subject of subjects) {
      const [scheme, number] =
        subject.kind === 'PERSON' ? [subject.scheme, subject.number] : (['USCC', subject.uscc] as const)
      expect(checkIdentifier(scheme, number)).toEqual({ status: 'valid', value: number, warnings: [] })
      expect(number).toMatch(subject.kind === 'PERSON' ? /^4198/ : /^9[123]4198/)
    }
  })

  it('registers four departments of different kinds', () => {
    expect(city.departments.map((department) => department.code)).toEqual(['NDRC', 'PBOC', 'QTS', 'AIC'])
    expect(new Set(city.departments.map((department) => department.kind)).size).toBe(4)
    for (const department of city.departments) {
      expect(department.code).toMatch(departmentCodePattern)
      expect(checkUscc(department.uscc)).toMatchObject({ status: 'valid', warnings: [] })
      expect(city.divisions.map((division) => division.code)).toContain(department.division)
      // The development and reform department keeps the credit office of the city.
      const roles = department.code === 'NDRC' ? [...departmentRoles] : ['PROVIDER', 'ENQUIRER']
      expect(department.roles).toEqual(roles)
    }
  })

  it('shows each answer of a screening: listed, expired, clear, and former names', () => {
    const listed = new Map<string, boolean>()
    const providers = new Map<string, Set<string>>()
    for (const [code, { rows }] of allRows) {
      for (const { subject, listing } of rows) {
        const key = subject.kind === 'PERSON' ? subject.number : subject.uscc
        providers.set(key, (providers.get(key) ?? new Set()).add(datasetOf(code).department))
        if (!listing) continue
        const inForce =
          (listing.endsOn === null || listing.endsOn >= today) &&
          (listing.exitedOn === null || listing.exitedOn > today)
        listed.set(key, inForce || listed.get(key) === true)
      }
    }
    const states = [...providers.keys()].map((key) => listed.get(key) ?? null)
    expect({
      inForce: states.filter((state) => state === true).length,
      expired: states.filter((state) => state === false).length,
      neverListed: states.filter((state) => state === null).length,
      ofThreeDepartments: [...providers.values()].filter((codes) => codes.size >= 3).length,
    }).toEqual({ inForce: 24, expired: 13, neverListed: 15, ofThreeDepartments: 8 })

    const written = new Set([...allRows.values()].flatMap(({ rows }) => rows.map((row) => row.subject.name)))
    const former = enterprises.flatMap((enterprise) => enterprise.former?.name ?? [])
    expect(former).toHaveLength(4)
    expect(former.filter((name) => !written.has(name))).toEqual([])
  })
})
