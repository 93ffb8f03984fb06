import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { ReplySigner } from '../evidence/reply-signer.ts'
import { feedPosition } from '../feed/feed-store.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { type OpenDataFormat, openDataFormats, openDataNames } from './open-data.ts'
import { bytesOf, linesNow, type Making, makeFiles, mendFile } from './open-data-files-service.ts'
import {
  areOutdated,
  beginFiles,
  currentIds,
  filesOfDay,
  isStill,
  noteClean,
  type OpenDataFile,
  recordsTouched,
  replaceFiles,
} from './open-data-store.ts'
import type { PublicWorld, PublicWorldReader } from './public-world-service.ts'

export type OpenDataManifest = {
  exchange: string
  day: string
  dataVersion: number
  generatedAt: string
  files: { file: string; format: OpenDataFormat; rows: number; bytes: number; sha256: string }[]
}

/**
 * Open data (开放数据) as files of the day. They are made once a day, and mended as soon as anything that they show may have
 * ended: only the lines of those records become others. Were they not mended in time, nothing could be taken, so that what
 * was repaired cannot be either.
 */
export type OpenDataService = {
  /** Null: the files are still to be made. */
  manifest(): Promise<OpenDataManifest | null>
  /** The same as claims of a signed document (JWS compact, typ `document+jwt`). */
  signedManifest(): Promise<string | null>
  /** By the name that the manifest gives it. `UNKNOWN`: there is no such file; `NOT_READY`: it is still to be made. */
  file(name: string): Promise<OpenDataDownload | 'UNKNOWN' | 'NOT_READY'>
  /** Makes or mends the files where there is need; only one replica does. */
  refresh(): Promise<Refreshed>
}

export type Refreshed = 'MADE' | 'MENDED' | 'NOTHING'

export type OpenDataDownload = OpenDataFile & { bytes(): AsyncIterable<Uint8Array> }

export function createOpenDataService(parts: {
  pool: pg.Pool
  clock: Clock
  exchangeId: string
  signer: Pick<ReplySigner, 'signDocument'>
  world: PublicWorldReader
}): OpenDataService {
  const { pool, clock } = parts

  async function current(): Promise<OpenDataFile[]> {
    const world = await parts.world()
    const files = await filesOfDay(pool, world.day, basisOf(world))
    return files.length === 0 || (await areOutdated(pool, limits.openDataGrace)) ? [] : files
  }

  async function manifest(): Promise<OpenDataManifest | null> {
    const files = await current()
    const [first] = files
    if (!first) return null
    return {
      exchange: parts.exchangeId,
      day: first.day,
      dataVersion: first.dataVersion,
      generatedAt: first.generatedAt.toISOString(),
      files: files.map((file) => ({
        file: fileName(file),
        format: file.format,
        rows: file.rows,
        bytes: file.size,
        sha256: file.sha256,
      })),
    }
  }

  /** Versions replaced before then are not kept for anybody. */
  const keptSince = (now: Date) => new Date(now.getTime() - limits.openDataReplacedKept)

  async function makeAnew(client: Queryable, world: PublicWorld, making: Making): Promise<void> {
    await replaceFiles(client, await currentIds(client), making.now, keptSince(making.now))
    await makeFiles(client, world, making)
  }

  /**
   * While so much changes that files made anew would be outdated as soon as they are made, none are: nothing is given out
   * meanwhile, since they are outdated, and the database is left to whatever changes it.
   */
  async function isDueAnew(client: Queryable, files: readonly OpenDataFile[], now: Date): Promise<boolean> {
    const last = Math.max(...files.map(({ generatedAt }) => generatedAt.getTime()))
    return now.getTime() - last >= limits.openDataLongestWait || isStill(client, limits.openDataStill)
  }

  async function mend(client: Queryable, world: PublicWorld, making: Making): Promise<Refreshed> {
    const files = await filesOfDay(client, world.day, making.basis)
    const ids = await recordsTouched(client)
    if (ids === null) {
      if (!(await isDueAnew(client, files, making.now))) return 'NOTHING'
      await makeAnew(client, world, making)
      return 'MADE'
    }
    const touched = { ids, lines: await linesNow(client, world, ids) }
    let isOther = false
    for (const file of files) {
      const retire = () => replaceFiles(client, [file.id], making.now, keptSince(making.now))
      // What was added since is not in it: it stays of the version that it was made of.
      const { dataVersion } = file
      const mended = await mendFile(client, world, file, touched, { ...making, dataVersion, retire })
      isOther ||= mended !== null
    }
    await noteClean(client, making.cleanUntil)
    return isOther ? 'MENDED' : 'NOTHING'
  }

  return {
    manifest,

    async signedManifest() {
      const claims = await manifest()
      if (!claims) return null
      const issued = new Date(claims.generatedAt)
      const iat = Math.floor(issued.getTime() / 1000)
      return parts.signer.signDocument({ iss: parts.exchangeId, iat, ...claims }, issued)
    },

    async file(name) {
      const [, set, format] = /^([a-z]+)-\d{4}-\d{2}-\d{2}\.([a-z]+)$/.exec(name) ?? []
      if (!openDataNames.some((known) => known === set) || !openDataFormats.some((known) => known === format))
        return 'UNKNOWN'
      const files = await current()
      if (files.length === 0) return 'NOT_READY'
      const found = files.find((candidate) => fileName(candidate) === name)
      return found ? { ...found, bytes: () => bytesOf(pool, found) } : 'UNKNOWN'
    },

    async refresh() {
      const before = await feedPosition(pool)
      const world = await parts.world()
      const basis = basisOf(world)
      const hasFiles = (await filesOfDay(pool, world.day, basis)).length > 0
      if (hasFiles && !(await areOutdated(pool, 0))) {
        // The next look begins there.
        await noteClean(pool, before)
        return 'NOTHING'
      }
      return transaction(pool, async (client): Promise<Refreshed> => {
        if (!(await beginFiles(client))) return 'NOTHING'
        const position = await feedPosition(client)
        const making = { basis, dataVersion: position, cleanUntil: position, now: clock.now() }
        if (hasFiles) return mend(client, world, making)
        await makeAnew(client, world, making)
        return 'MADE'
      })
    },
  }
}

const fileName = ({ name, day, format }: OpenDataFile) => `${name}-${day}.${format}`

/** What decided what is public: other columns or rules make other files. */
const basisOf = ({ published: [sheets, rules] }: PublicWorld): string =>
  createHash('sha256').update(sheets).update(rules).digest('base64url')
