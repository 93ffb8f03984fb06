import { beforeAll, describe, expect, it } from 'vitest'
import { generatePrivateJwk, type PrivateJwk, publicJwk } from '../../client/keys.ts'
import { parseReceipt, type Receipt } from '../../client/receipt.ts'
import { type ReceiptReport, type ReceiptTrust, verifyReceipt } from '../../client/receipt-verification.ts'
import { wordsOf } from '../../client/receipt-words.ts'
import { parseNoteKey } from '../../client/signed-note.ts'
import { cosigned, type Logged, newAsker, type TestAsker, TestLog, vkeyOf } from '../support/test-log.ts'

/** One receipt that holds, then with one thing at a time asked or bent. */

const at = 1_800_000_000
const uscc = 'USCC 91419800MADEM00XXX'
const person = 'RESIDENT_ID 11010519491231002X'
const witnessName = 'audit.example/witness'
let log: TestLog
let asker: TestAsker
let logged: Logged
let receipt: Receipt
let witness: PrivateJwk
let trust: ReceiptTrust

beforeAll(async () => {
  ;[log, asker, witness] = [await TestLog.start(), await newAsker('QTS'), await generatePrivateJwk()]
  log.fill(5, asker, at - 100)
  logged = log.ask({ department: asker, at, subjects: [uscc, person] })
  log.fill(7, asker, at + 10)
  receipt = log.receipt(logged, cosigned(log.checkpoint(), witnessName, witness, at + 30))
  trust = { exchangeKeys: [log.publicKey], witnesses: [parseNoteKey(vkeyOf(witnessName, 4, witness))] }
})

const failing = ({ findings }: ReceiptReport) =>
  findings.filter(({ holds }) => !holds).map(({ step }) => step)
const steps = [
  'REQUEST_FORM',
  'REQUEST_SIGNATURE',
  'REQUEST_BODY',
  'REPLY',
  'LEAF',
  'LEAF_SUBJECTS',
  'INCLUSION',
  'CHECKPOINT',
  'WITNESSES',
  'ENTRY_TIME',
]

describe('a receipt', () => {
  it('that is whole holds in every step, read back from its file', async () => {
    const report = await verifyReceipt(parseReceipt(JSON.parse(JSON.stringify(receipt))), trust)
    expect(report.findings.map(({ step, holds }) => [step, holds])).toEqual(steps.map((step) => [step, true]))
    expect(report).toMatchObject({
      holds: true,
      checkpoint: { size: 13 },
      leaf: { jti: report.exchange.request?.jti },
    })
  })

  it('says in words what it proves, and what not', async () => {
    const { proves, provesNot } = wordsOf(await verifyReceipt(receipt, trust))
    expect(proves).toEqual([
      expect.stringMatching(
        /QTS 于 2027-01-15T08:00:00.000Z .*用途“招标资格审查”.* QTS put this very request/,
      ),
      expect.stringContaining('as of change 41'),
      expect.stringContaining('entry 5 (from 0) of the 13'),
      expect.stringContaining('The witness audit.example/witness found the log'),
    ])
    expect(provesNot[0]).toContain('Not that the data were true')
  })

  it('without a known witness holds, and says what is missing; unless one is demanded', async () => {
    const alone = await verifyReceipt(receipt, { exchangeKeys: [log.publicKey] })
    expect([alone.holds, wordsOf(alone).provesNot.at(-1)]).toEqual([
      true,
      expect.stringContaining('others may have been shown another log'),
    ])
    const other = parseNoteKey(vkeyOf('other.example/w', 4, await generatePrivateJwk()))
    expect(failing(await verifyReceipt(receipt, { ...trust, demandedWitnesses: [other] }))).toEqual([
      'WITNESSES',
    ])
    expect(failing(await verifyReceipt(receipt, { ...trust, demandedWitnesses: trust.witnesses }))).toEqual(
      [],
    )
  })

  it('tells whether a subject was asked about, by its scheme or without', async () => {
    const about = async (subject: string) =>
      (await verifyReceipt(receipt, { ...trust, subject })).findings.at(-1)
    const found = (place: number, scheme: string) => ({
      step: 'SUBJECT',
      holds: true,
      detail: `asked about as subject ${place}, by ${scheme}`,
    })
    expect(await about('９１４１９８００ madem00xxx')).toEqual(found(1, 'USCC'))
    expect(await about('resident_id 11010519491231002x')).toEqual(found(2, 'RESIDENT_ID'))
    expect(await about('PASSPORT 11010519491231002X')).toMatchObject({ step: 'SUBJECT', holds: false })
    expect(await about('91419800MADEM00XXY')).toMatchObject({ step: 'SUBJECT', holds: false })
  })

  it('stands after its subjects were erased, but tells of none', async () => {
    const erased = { ...receipt, entry: { ...receipt.entry, salt: null, subjectDigests: [] } }
    expect(failing(await verifyReceipt(erased, trust))).toEqual([])
    expect(failing(await verifyReceipt(erased, { ...trust, subject: uscc }))).toEqual(['SUBJECT'])
  })

  it('made before the exchange changed its key holds with the old key pinned, and only with it', async () => {
    const next = publicJwk(await generatePrivateJwk())
    const both = await verifyReceipt(receipt, { ...trust, exchangeKeys: [next, log.publicKey] })
    expect(both.holds).toBe(true)
    expect(failing(await verifyReceipt(receipt, { ...trust, exchangeKeys: [next] }))).toEqual([
      'REPLY',
      'LEAF',
      'CHECKPOINT',
      'ENTRY_TIME',
    ])
  })

  it('of another log than the one that was asked does not hold', async () => {
    const foreign = receipt.entry.checkpoint.replaceAll('credit.example.invalid', 'other.example.invalid')
    const bent = { ...receipt, entry: { ...receipt.entry, checkpoint: foreign } }
    expect(failing(await verifyReceipt(bent, trust))).toEqual(['CHECKPOINT'])
  })

  it('that does not hold proves nothing in words', async () => {
    const report = await verifyReceipt(receipt, { exchangeKeys: [] })
    expect(wordsOf(report)).toEqual({ proves: [], provesNot: [expect.stringContaining('proves nothing')] })
  })
})

describe('the form of a receipt', () => {
  it.each<[string, () => unknown]>([
    ['another kind', () => ({ ...receipt, kind: 'certificate' })],
    ['another version', () => ({ ...receipt, version: 2 })],
    ['a member more', () => ({ ...receipt, remark: '' })],
    ['a member of the entry more', () => ({ ...receipt, entry: { ...receipt.entry, remark: '' } })],
    ['a place before the first', () => ({ ...receipt, entry: { ...receipt.entry, logIndex: -1 } })],
    ['hashes that are no base64', () => ({ ...receipt, entry: { ...receipt.entry, inclusionProof: ['%'] } })],
    ['a proof that is no list', () => ({ ...receipt, entry: { ...receipt.entry, inclusionProof: '' } })],
    ['keys without their time', () => ({ ...receipt, entry: { ...receipt.entry, keys: [log.publicKey] } })],
    ['no evidence', () => ({ ...receipt, evidence: {} })],
  ])('with %s is refused', (_what, bent) => {
    expect(() => parseReceipt(bent())).toThrow(expect.objectContaining({ name: 'InputFileError' }))
  })
})
