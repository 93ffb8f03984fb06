import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../client/changes.ts'
import { readEvents } from '../../client/event-stream.ts'
import type { RunningServer } from '../../gateway/server.ts'
import { newJti, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { qualityRow } from '../support/quality-rows.ts'
import { JceDepartment } from './jce-department.ts'

/** Following the feed as a department does, by the SDK and by `jce`, through breaks and through who would forge. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: JceDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await JceDepartment.start(server, 'NDRC', foundingKinds.NDRC)
  await importFoundingCatalogue(exchange)
})
afterAll(async () => {
  await ndrc[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

const submit = (...numbers: number[]) =>
  qts.query(
    server.url,
    'mutation ($i: SubmitRecordsInput!) { submitRecords(input: $i) { ... on SubmitRecordsSuccess { batch { accepted } } } }',
    { i: { dataset: 'QTS_DISHONEST', batchId: newJti(), records: numbers.map((n) => qualityRow(n)) } },
  )
const end = () => server.app.feedPosition()
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + 1 + index)

/** Follows until so many changes came; `fetch` may stand for a bad network. */
async function followUntil(
  count: number,
  after: number | null,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Change[]> {
  const changes: Change[] = []
  const stop = new AbortController()
  await ndrc.client({ fetch }).follow({
    after,
    signal: stop.signal,
    onChange(change) {
      changes.push(change)
      if (changes.length === count) stop.abort()
    },
  })
  return changes
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const isStream = (init: RequestInit | undefined) =>
  new Headers(init?.headers).get('accept') === 'text/event-stream'

/** Passes a stream's bytes through `bend`, piece by piece. */
const bending =
  (bend: (text: string, piece: number) => string | null): typeof globalThis.fetch =>
  async (url, init) => {
    const response = await fetch(url, init)
    if (!isStream(init) || !response.body) return response
    let piece = 0
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          const bent = bend(Buffer.from(bytes).toString('utf8'), piece)
          piece += 1
          if (bent === null) controller.terminate()
          else controller.enqueue(Buffer.from(bent))
        },
      }),
    )
    return new Response(body, { status: response.status, headers: response.headers })
  }

describe('the SDK', () => {
  it('pages from a position to the end', async () => {
    await submit(1, 2, 3)
    const pages = await all(ndrc.client().changes(0))
    const changes = pages.flatMap((page) => page.changes)
    expect(changes.map(({ position }) => position)).toEqual(upTo(0, 6))
    expect(pages.at(-1)?.upTo).toBe(await end())
  })

  it('follows as it happens, across streams that break off again and again', async () => {
    const from = await end()
    let streams = 0
    const breaking = bending((text, piece) => (piece > 2 ? null : text))
    const counting: typeof fetch = (url, init) => {
      if (isStream(init)) streams += 1
      return breaking(url, init)
    }
    const following = followUntil(12, from, counting)
    for (const n of [11, 12, 13, 14, 15, 16]) await submit(n)
    expect((await following).map(({ position }) => position)).toEqual(upTo(from, from + 12))
    expect(streams).toBeGreaterThan(0)
  })

  it('goes on page by page where no stream comes through', async () => {
    const from = await end()
    const following = followUntil(4, from, (url, init) =>
      isStream(init) ? Promise.reject(new TypeError('blocked')) : fetch(url, init),
    )
    await submit(21, 22)
    expect((await following).map(({ position }) => position)).toEqual(upTo(from, from + 4))
  })

  const forgeries: [what: string, code: string, bend: (text: string) => string][] = [
    ['another content', 'BODY_MISMATCH', (text) => text.replaceAll('汝宁市虚构', '汝宁市伪造')],
    [
      'an event left out',
      'REQUEST_MISMATCH',
      (text) =>
        text
          .split('\n\n')
          .filter((block) => !block.includes('RECORD_STORED'))
          .join('\n\n'),
    ],
    // The first event may come in one piece with what opens the stream.
    [
      'an event told twice',
      'REQUEST_MISMATCH',
      (text) => text.replaceAll(/event: next\n.*?\n\n/gs, (event) => event + event),
    ],
  ]
  it.each(forgeries)('believes no %s', async (_what, code, bend) => {
    const from = await end()
    await submit(31 + forgeries.findIndex(([, expected, own]) => expected === code && own === bend))
    await expect(followUntil(3, from, bending(bend))).rejects.toMatchObject({ code })
  })

  it('ends with what the follower throws, and with a refusal', async () => {
    const failing = ndrc.client().follow({
      after: 0,
      onChange() {
        throw new RangeError('full')
      },
    })
    await expect(failing).rejects.toThrow('full')
    await expect(followUntil(1, 1_000_000)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

it('jce follow prints one JSON object a line and tells where to go on', async () => {
  const program = fileURLToPath(new URL('../../client/jce.ts', import.meta.url))
  const child = spawn(process.execPath, [program, 'follow', '--after', '0'], { cwd: ndrc.directory })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8')
  })
  const positions: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    positions.push(JSON.parse(line).position)
    if (positions.length === 6) break
  }
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  expect(positions).toEqual(upTo(0, 6))
  expect({ code, errors }).toEqual({ code: 130, errors: expect.stringContaining('jce follow --after') })
})

it('events are read however their bytes are cut', async () => {
  const bytes = Buffer.from(
    'retry: 2000\n\n:\n\nevent: next\nid: 7\ndata: {"名":1}\n\nevent: complete\r\ndata: \r\n\r\n',
  )
  for (let size = 1; size < bytes.length; size += 1) {
    async function* cut() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    expect(await all(readEvents(cut(), () => {}, 1000))).toEqual([
      { name: 'next', id: '7', data: '{"名":1}' },
      { name: 'complete', id: '', data: '' },
    ])
  }
})
