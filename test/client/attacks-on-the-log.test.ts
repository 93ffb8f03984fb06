import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generatePrivateJwk, type PrivateJwk } from '../../client/keys.ts'
import type { Receipt } from '../../client/receipt.ts'
import { type ReceiptTrust, verifyReceipt } from '../../client/receipt-verification.ts'
import { parseNoteKey } from '../../client/signed-note.ts'
import { LogServer } from '../support/log-server.ts'
import { inclusionPath } from '../support/naive-tree.ts'
import { cosigned, type Logged, newAsker, type TestAsker, TestLog, vkeyOf } from '../support/test-log.ts'
import { WitnessDepartment } from './witness-department.ts'

/**
 * An exchange that turns on its own log, with its own keys: everything it signs here is genuine. Each attack has to be
 * found by whom the table says, and by no accident: what is bent is bent alone.
 */

const at = 1_800_000_000
const place = 6
const witnessName = 'audit.example/witness'
let asker: TestAsker
let other: TestAsker
let witness: PrivateJwk
let log: TestLog
let logged: Logged
/** Size and root as a witness saw them when the entry was in it, and a day before. */
let seen: string
let seenBefore: string
let trust: ReceiptTrust

beforeAll(async () => {
  ;[asker, other, witness] = [await newAsker('QTS'), await newAsker('AIC'), await generatePrivateJwk()]
  log = (await TestLog.start()).fill(place, other, at - 100_000)
  seenBefore = cosigned(log.checkpoint(), witnessName, witness, at - 86_400)
  logged = log.ask({ department: asker, at, subjects: ['USCC 91419800MADEM00XXX'] })
  log.fill(6, other, at + 10)
  seen = cosigned(log.checkpoint(), witnessName, witness, at + 60)
  trust = { exchangeKeys: [log.publicKey], witnesses: [parseNoteKey(vkeyOf(witnessName, 4, witness))] }
})

const failing = async (receipt: Receipt, more: Partial<ReceiptTrust> = {}) =>
  (await verifyReceipt(receipt, { ...trust, ...more })).findings
    .filter(({ holds }) => !holds)
    .map(({ step }) => step)
const withEntry = (change: Partial<Receipt['entry']>): Receipt => {
  const whole = log.receipt(logged, seen)
  return { ...whole, entry: { ...whole.entry, ...change } }
}
const changed = (leaves: readonly string[], index: number, from: string | RegExp, to: string) =>
  leaves.map((leaf, position) => (position === index ? leaf.replace(from, to) : leaf))

describe('found by jce verify, in the receipt alone', () => {
  it('without an attack everything holds', async () => {
    expect(await failing(log.receipt(logged, seen))).toEqual([])
  })

  it.each<[string, string[], () => Receipt]>([
    [
      'the leaf is changed in the receipt',
      ['LEAF', 'INCLUSION'],
      () => withEntry({ leaf: logged.leaf.replace('"status":200', '"status":404') }),
    ],
    [
      'the leaf is changed in what binds no digest, its purpose',
      ['INCLUSION'],
      () => withEntry({ leaf: logged.leaf.replace('招标资格审查', '日常监管') }),
    ],
    [
      'the leaf is written with a member twice',
      ['LEAF', 'LEAF_SUBJECTS', 'INCLUSION'],
      () => withEntry({ leaf: logged.leaf.replace('"v":1', '"v":1,"v":1') }),
    ],
    [
      'the leaf of another request is shown',
      ['LEAF', 'LEAF_SUBJECTS', 'INCLUSION', 'ENTRY_TIME'],
      () => withEntry({ leaf: log.leaves[2] ?? '' }),
    ],
    ['the leaf is said to stand elsewhere', ['LEAF', 'INCLUSION'], () => withEntry({ logIndex: place + 1 })],
    [
      'a leaf before it was changed, after the checkpoint',
      ['INCLUSION'],
      () => {
        const lying = log.fork(changed(log.leaves, 2, 'AIC', 'TAX'))
        const leaves = lying.leaves.map((leaf) => Buffer.from(leaf))
        return withEntry({
          inclusionProof: inclusionPath(place, leaves).map((hash) => hash.toString('base64')),
        })
      },
    ],
    [
      'the leaf was dropped and the log signed anew',
      ['INCLUSION'],
      () => withEntry({ checkpoint: log.fork(log.leaves.toSpliced(place, 1)).checkpoint() }),
    ],
    [
      'the leaf was dropped and its neighbour’s proof is shown',
      ['INCLUSION'],
      () => {
        const lying = log.fork(log.leaves.toSpliced(place, 1))
        return { ...log.receipt(logged), entry: lying.entry(logged) }
      },
    ],
    [
      'two leaves changed places and the log was signed anew',
      ['INCLUSION'],
      () => {
        const [one = '', next = ''] = log.leaves.slice(place, place + 2)
        const lying = log.fork(log.leaves.toSpliced(place, 2, next, one))
        return { ...log.receipt(logged), entry: lying.entry(logged) }
      },
    ],
    [
      'a leaf was put in before it: the proof is true, the answer named another place',
      ['LEAF'],
      () => {
        const lying = log.fork(log.leaves.toSpliced(0, 0, log.leaves[0] ?? ''))
        return { ...log.receipt(logged), entry: lying.entry(logged, lying.checkpoint(), place + 1) }
      },
    ],
    [
      'the tree was cut off before it',
      ['INCLUSION'],
      () => withEntry({ checkpoint: log.checkpoint(place), inclusionProof: [] }),
    ],
    [
      'the answer is swapped for another true one',
      ['REPLY', 'LEAF', 'ENTRY_TIME'],
      () => {
        const { evidence } = log.fork().ask({ department: asker, at, answer: '{"data":{"screen":null}}' })
        const whole = log.receipt(logged, seen)
        return { ...whole, evidence: { ...whole.evidence, reply: evidence.reply } }
      },
    ],
    [
      'the answer is swapped, and signed for the very same request',
      ['LEAF'],
      () => {
        const { jti } = JSON.parse(logged.leaf)
        const { evidence } = log.fork(log.leaves.slice(0, place)).ask({
          department: asker,
          at,
          answer: '{"data":{"screen":null}}',
          reply: { jti_req: jti },
        })
        const whole = log.receipt(logged, seen)
        return { ...whole, evidence: { ...whole.evidence, reply: evidence.reply } }
      },
    ],
    [
      'the question is swapped for another true one',
      ['REPLY', 'LEAF', 'ENTRY_TIME'],
      () => {
        const { evidence } = log.fork().ask({ department: asker, at })
        const whole = log.receipt(logged, seen)
        return { ...whole, evidence: { ...whole.evidence, request: evidence.request } }
      },
    ],
    [
      'other subjects are said to have been asked about',
      ['LEAF_SUBJECTS'],
      () => withEntry({ subjectDigests: [Buffer.alloc(32).toString('base64')] }),
    ],
    [
      'the checkpoint names another size than was signed',
      ['CHECKPOINT'],
      () => withEntry({ checkpoint: seen.replace('\n13\n', '\n14\n') }),
    ],
    [
      'a witness’s line is taken from another checkpoint',
      ['CHECKPOINT'],
      () => withEntry({ checkpoint: log.checkpoint() + seenBefore.split(/(?<=\n)/).at(-1) }),
    ],
    [
      'the entry is dated before the request was made',
      ['ENTRY_TIME'],
      () => {
        const lying = log.fork(log.leaves.slice(0, place))
        const at0 = new Date((at - 3600) * 1000).toISOString()
        return lying.receipt(lying.ask({ department: asker, at, leaf: { at: at0 } }))
      },
    ],
    [
      'the answer is dated before the request was made',
      ['REPLY', 'LEAF', 'ENTRY_TIME'],
      () => {
        const lying = log.fork(log.leaves.slice(0, place))
        return lying.receipt(lying.ask({ department: asker, at, reply: { iat: at - 3600 } }))
      },
    ],
    [
      'the answer is dated after a witness saw it',
      ['ENTRY_TIME'],
      () => {
        const lying = log.fork(log.leaves.slice(0, place))
        const late = lying.ask({ department: asker, at: at + 7200 })
        return lying.receipt(late, cosigned(lying.checkpoint(), witnessName, witness, at))
      },
    ],
  ])('%s', async (_attack, steps, attack) => {
    expect(await failing(attack())).toEqual(steps)
  })
})

describe('found by jce verify: the exchange logged, with a true proof, something else than it answered', () => {
  it.each<[string, string | number]>([
    ['department', 'AIC'],
    ['kid', 'k'.repeat(43)],
    ['jti', 'j'.repeat(22)],
    ['status', 404],
    ['req_sha256', 'q'.repeat(43)],
    ['body_sha256', 'b'.repeat(43)],
    ['data_version', 40],
  ])('another %s', async (member, value) => {
    const lying = log.fork(log.leaves.slice(0, place))
    const entry = lying.ask({ department: asker, at, leaf: { [member]: value } })
    expect(await failing(lying.receipt(entry))).toEqual(['LEAF'])
  })

  it.each<[string, (leaf: string) => string]>([
    ['spaces', (leaf) => leaf.replace(',', ', ')],
    ['a member twice', (leaf) => leaf.replace('"v":1', '"v":2,"v":1')],
    ['members in another order', (leaf) => `{"v":1,${leaf.slice(1).replace(',"v":1', '')}`],
    ['a member more', (leaf) => leaf.replace('"v":1', '"v":1,"w":1')],
    ['another version', (leaf) => leaf.replace('"v":1', '"v":2')],
  ])('the same entry in another spelling: %s', async (_what, spell) => {
    const lying = log.fork(log.leaves.slice(0, place))
    const entry = lying.ask({ department: asker, at })
    const spelt = { ...entry, leaf: spell(entry.leaf) }
    lying.leaves[place] = spelt.leaf
    expect([spelt.leaf === entry.leaf, await failing(lying.receipt(spelt))]).toEqual([
      false,
      ['LEAF', 'LEAF_SUBJECTS'],
    ])
  })
})

describe('found by jce verify beside a checkpoint that was kept', () => {
  it('an answer dated back by exchange and department together', async () => {
    const collusion = log.ask({ department: asker, at: at - 90_000 })
    const receipt = log.receipt(collusion)
    expect(await failing(receipt)).toEqual([])
    expect(await failing(receipt, { otherCheckpoints: [seen] })).toEqual(['OTHER_CHECKPOINT'])
  })

  it('an answer dated after it was seen by another witness', async () => {
    const lying = log.fork(log.leaves.slice(0, place))
    const late = lying.receipt(lying.ask({ department: asker, at: at + 7200 }))
    const note = cosigned(lying.checkpoint(), witnessName, witness, at)
    expect(await failing(late, { otherCheckpoints: [note] })).toEqual(['OTHER_CHECKPOINT'])
  })

  it('a fork: two roots for one size', async () => {
    const lying = log.fork(changed(log.leaves.slice(0, 13), 2, 'AIC', 'TAX'))
    const note = cosigned(lying.checkpoint(), witnessName, witness, at + 60)
    const report = await verifyReceipt(log.receipt(logged, seen), { ...trust, otherCheckpoints: [note] })
    expect(report.findings.at(-1)).toEqual({
      step: 'OTHER_CHECKPOINT',
      holds: false,
      detail: 'two roots for 13 entries: the log was forked',
    })
  })

  it('nothing, where all is well: before the entry and after it', async () => {
    expect(await failing(log.receipt(logged, seen), { otherCheckpoints: [seenBefore, seen] })).toEqual([])
  })

  it('no date is taken from a checkpoint that no known witness dated', async () => {
    expect(await failing(log.receipt(logged, seen), { otherCheckpoints: [log.checkpoint(3)] })).toEqual([
      'OTHER_CHECKPOINT',
    ])
  })
})

describe('found by witnesses', () => {
  let server: LogServer
  let first: WitnessDepartment
  let second: WitnessDepartment

  beforeAll(async () => {
    server = await LogServer.start(log.fork())
    first = await WitnessDepartment.start(server, asker)
    second = await WitnessDepartment.start(server, other)
    await first.jce('witness', '--once')
    await second.jce('witness', '--once')
  })
  afterAll(async () => {
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it.each<[string, string, (leaves: readonly string[]) => string[]]>([
    ['a changed leaf', 'NOT_CONTINUED', (leaves) => changed(leaves, 3, 'AIC', 'TAX')],
    ['a dropped leaf', 'NOT_CONTINUED', (leaves) => leaves.toSpliced(4, 1)],
    [
      'two leaves in another order',
      'NOT_CONTINUED',
      (leaves) => leaves.toSpliced(2, 2, leaves[3] ?? '', leaves[2] ?? ''),
    ],
    ['an inserted leaf', 'NOT_CONTINUED', (leaves) => leaves.toSpliced(1, 0, leaves[9] ?? '')],
    ['a truncated tree', 'TRUNCATED', (leaves) => leaves.slice(0, 5)],
  ])('%s', async (_attack, fault, attack) => {
    const honest = server.log
    const bent = attack(honest.leaves)
    server.log = fault === 'TRUNCATED' ? honest.fork(bent) : honest.fork(bent).fill(4, other, at + 500)
    const refused = await first.jce('witness', '--once')
    server.log = honest
    expect([refused.code, refused.stderr.includes('!!!'), refused.stdout]).toEqual([1, true, ''])
  })

  it('a log forked for two departments, whichever of the two views the exchange then stands by', async () => {
    const common = server.log.leaves
    const views = [
      server.log.fork(common).fill(3, asker, at + 900),
      server.log.fork(common).fill(5, other, at + 900),
    ]
    const [forFirst = server.log, forSecond = server.log] = views
    server.log = forFirst
    expect(await first.jce('witness')).toMatchObject({ code: 0 })
    server.log = forSecond
    expect(await second.jce('witness')).toMatchObject({ code: 0 })
    for (const shown of [forFirst, forSecond]) {
      server.log = shown
      const compared = await first.jce('witness', '--compare', second.file('witness/state.json'))
      expect(compared).toMatchObject({ code: 1, stderr: expect.stringContaining('!!!') })
    }
  })

  it('two views of one size, also with the exchange away', async () => {
    const lying = log.fork(changed(log.leaves, 2, 'AIC', 'TAX'))
    const size = (await first.read('witness/state.json')).note.split('\n')[1]
    while (lying.leaves.length < Number(size)) lying.fill(1, other, at + 2000)
    await writeFile(first.file('other.note'), lying.checkpoint(Number(size)))
    await first.configure({ url: 'http://127.0.0.1:9' })
    expect(await first.jce('witness', '--compare', 'other.note')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the log was forked'),
    })
    await writeFile(first.file('same.note'), (await first.read('witness/state.json')).note)
    expect(await first.jce('witness', '--compare', 'same.note')).toMatchObject({ code: 0 })
  })
})
