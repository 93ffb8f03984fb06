import { isJsonObject, isText, parseJson } from './encoding.ts'
import { ExchangeRefusal, TransportError } from './errors.ts'
import { readEvents } from './event-stream.ts'
import { verifyEvent } from './event-verification.ts'
import { ask } from './graphql-query.ts'
import { readRefusal } from './http.ts'
import { limits } from './limits.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import {
  digestedBytes,
  type ExchangeClientOptions,
  exchangeSigned,
  receiveBytes,
  throwRefusal,
  timeoutOf,
} from './signed-exchange.ts'

/** Following the change feed: page by page, or as it happens. */

export type ChangeKind =
  | 'RECORD_STORED'
  | 'RECORD_WITHDRAWN'
  | 'RECORD_SUPERSEDED'
  | 'RECORD_REPAIRED'
  | 'LISTED'
  | 'LISTING_CORRECTED'
  | 'LISTING_CHANGED'
  | 'LISTING_ENDED'
  | 'SUBJECT_MERGED'
  | 'SUBJECT_SPLIT'
  /** A person was erased (个人信息删除): drop whatever is kept of the record and of its subject. */
  | 'SUBJECT_ERASED'

/** Days are `YYYY-MM-DD`; `endsOn` is the last day in force, `exitedOn` the first one no longer. */
export interface ChangedListing {
  readonly id: string
  readonly listType: { readonly code: string; readonly name: string; readonly nature: string }
  readonly dataset: string
  readonly grade: string
  readonly listedOn: string
  readonly endsOn: string | null
  readonly exitedOn: string | null
  readonly exitKind: string | null
  readonly publishedOn: string | null
  readonly disputedSince: string | null
  readonly suspensions: readonly { readonly from: string; readonly until: string | null }[]
  readonly decisionNo: string | null
  readonly reason: string | null
  readonly determinedBy: { readonly code: string; readonly name: string }
}

/** `otherUsccs`: codes of organisations that were judged to be this one; a listing counts under each of them. */
export interface ChangedSubject {
  readonly uscc: string | null
  readonly name: string
  readonly kind: string
  readonly otherUsccs: readonly string[]
}

/**
 * One change, with what is true of it when it was told: put the listing in the place of the one with its id; where there is a
 * `listingId` and no listing, delete it.
 */
export interface Change {
  readonly position: number
  readonly at: string
  readonly kind: ChangeKind
  readonly recordId: string
  readonly listingId: string | null
  readonly subject: ChangedSubject | null
  readonly listing: ChangedListing | null
}

/** Complete up to `upTo`, even where nothing is in it: keep that with what was applied. `position`: end of the feed. */
export interface ChangePage {
  readonly changes: readonly Change[]
  readonly upTo: number
  readonly position: number
}

export interface FollowInput {
  /** The position up to which all is applied; 0 for all there is, null for what happens from now on. */
  readonly after: number | null
  /** Called with one change after the other; the next waits until this one is done. What it throws ends the following. */
  onChange(change: Change): unknown
  readonly signal?: AbortSignal | undefined
}

const changeFields = /* GraphQL */ `
  position
  at
  kind
  recordId
  listingId
  subject { uscc name kind otherUsccs }
  listing {
    id
    listType { code name nature }
    dataset
    grade
    listedOn
    endsOn
    exitedOn
    exitKind
    publishedOn
    disputedSince
    suspensions { from until }
    decisionNo
    reason
    determinedBy { code name }
  }
`

const CHANGES = /* GraphQL */ `
  query Changes($after: Int!, $first: Int) {
    changes(after: $after, first: $first) { upTo position changes { ${changeFields} } }
  }
`

const LISTING_CHANGED = /* GraphQL */ `
  subscription ListingChanged($after: Int) { listingChanged(after: $after) { ${changeFields} } }
`

/** Whether a listing is in force on a day: terms end, begin and pause by days, before any change tells so. */
export function isInForce(
  listing: Pick<ChangedListing, 'listedOn' | 'endsOn' | 'exitedOn' | 'suspensions'>,
  day: string,
): boolean {
  const { listedOn, endsOn, exitedOn, suspensions } = listing
  return (
    listedOn <= day &&
    (endsOn === null || day <= endsOn) &&
    (exitedOn === null || day < exitedOn) &&
    !suspensions.some(({ from, until }) => from <= day && (until === null || day < until))
  )
}

const beijingHours = 8

/** The legal day of a moment, in Beijing time. */
export function legalDay(moment: Date): string {
  return new Date(moment.getTime() + beijingHours * 3_600_000).toISOString().slice(0, 10)
}

/** Pages from a position until the end of the feed. No evidence is kept of them. */
export async function* changePages(
  options: ExchangeClientOptions,
  after: number,
  first: number = limits.changesPerPage,
): AsyncGenerator<ChangePage> {
  for (let from = after; ; ) {
    const { data } = await repeatWhileUnanswered(() =>
      ask<{ changes: ChangePage }>(options, CHANGES, { after: from, first }),
    )
    const page = data.changes
    yield page
    if (page.upTo >= page.position) return
    from = page.upTo
  }
}

/**
 * Every change, once, in order, until the signal ends it: by a stream of signed events, which is opened again where it breaks
 * off; where no stream comes through, page by page.
 */
export async function follow(options: ExchangeClientOptions, input: FollowInput): Promise<void> {
  const { signal } = input
  let position = input.after ?? (await endOfFeed(options))
  let failures = 0
  const isEnded = () => signal?.aborted === true
  // What the follower itself throws is never taken for trouble of the connection.
  let isFollowersOwn = false
  const apply = async (change: Change) => {
    try {
      await input.onChange(change)
    } catch (error) {
      isFollowersOwn = true
      throw error
    }
  }
  while (!isEnded()) {
    try {
      for await (const change of openStream(options, position, signal)) {
        await apply(change)
        position = change.position
        failures = 0
        if (isEnded()) return
      }
    } catch (error) {
      if (isEnded()) return
      if (isFollowersOwn || !mayComeBack(error)) throw error
      failures += 1
    }
    if (isEnded()) return
    try {
      for await (const page of changePages(options, position)) {
        for (const change of page.changes) {
          if (isEnded()) return
          await apply(change)
          position = change.position
        }
        position = page.upTo
      }
    } catch (error) {
      if (isFollowersOwn || !mayComeBack(error)) throw error
    }
    const { first, growth, longest } = limits.followDelay
    await rest(Math.min(longest, first * growth ** failures), signal)
  }
}

async function endOfFeed(options: ExchangeClientOptions): Promise<number> {
  for await (const { position } of changePages(options, 0, 1)) return position
  throw new TransportError('UNEXPECTED_ANSWER', 'expected a page of changes')
}

function mayComeBack(error: unknown): boolean {
  return (
    error instanceof TransportError || (error instanceof ExchangeRefusal && [429, 503].includes(error.status))
  )
}

/** Waits so long, or until the signal. */
function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake)
  })
}

/** One stream, from its opening until it is completed. Each event is proven to be the next one of it. */
async function* openStream(
  options: ExchangeClientOptions,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Change> {
  let stream: ReadableStream<Uint8Array> | undefined
  const openedAt = seconds()
  const body = digestedBytes(
    new TextEncoder().encode(JSON.stringify({ query: LISTING_CHANGED, variables: { after } })),
  )
  const answer = await exchangeSigned(
    options,
    {
      target: '/graphql',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'last-event-id': String(after),
      },
      body,
      init: () => ({ body: body.bytes }),
      timeoutMs: timeoutOf(options),
    },
    async (response) => {
      if (!response.ok || !response.headers.get('content-type')?.startsWith('text/event-stream'))
        return receiveBytes(response, () => {})
      // The head is signed over no bytes: what follows is proven event by event.
      stream = response.body ?? undefined
      return digestedBytes(new Uint8Array(0))
    },
  )
  if (!stream) {
    await throwRefusal(answer)
    const { status, headers } = answer
    const bytes = answer.body.kind === 'BYTES' ? answer.body.bytes : new Uint8Array(0)
    throw (
      readRefusal({ status, headers, body: bytes }, true) ??
      new TransportError('UNEXPECTED_ANSWER', 'expected a stream of events')
    )
  }
  const expected = {
    audience: options.audience,
    department: options.department,
    jti: answer.fleeting.jti,
    openedAt,
  }
  const patience = startPatience(stream, signal)
  let prev = after
  try {
    for await (const event of piecesOf(patience)) {
      if (event.name !== 'next') return
      const { payload, claims } = await verifyEvent(
        event.data,
        { ...expected, prev },
        options.trustedKeys,
        seconds(),
      )
      prev = claims.pos
      yield changeIn(payload)
    }
  } finally {
    patience.end()
  }
}

async function* piecesOf({ bytes, alive }: Patience) {
  try {
    yield* readEvents(bytes(), alive, limits.eventCharacters)
  } catch (error) {
    throw new TransportError('NETWORK', 'the stream broke off', error)
  }
}

type Patience = { bytes(): AsyncGenerator<Uint8Array>; alive(): void; end(): void }

/** A stream without a sign of life is taken for dead: a proxy may hold it back. */
function startPatience(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): Patience {
  const reader = stream.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  const timer = setTimeout(cancel, limits.streamSilenceTimeout)
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  return {
    async *bytes() {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        yield value
      }
    },
    alive: () => void timer.refresh(),
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
      cancel()
    },
  }
}

/** What was signed may still be a refusal: the right to read was taken meanwhile. */
function changeIn(payload: string): Change {
  const result = parseJson(payload)
  const refusal = readRefusal(
    { status: 200, headers: new Headers(), body: new TextEncoder().encode(payload) },
    true,
  )
  if (refusal) throw refusal
  const data = isJsonObject(result) && isJsonObject(result.data) ? result.data.listingChanged : undefined
  if (!isChange(data)) throw new TransportError('UNEXPECTED_ANSWER', 'expected a change')
  return data
}

/** Signed by the exchange: that it is the shape asked for needs no proof beyond its main parts. */
function isChange(value: unknown): value is Change {
  return isJsonObject(value) && typeof value.position === 'number' && isText(value.kind)
}

const seconds = () => Math.floor(Date.now() / 1000)
