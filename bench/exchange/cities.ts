import { bindInstance } from '../../src/instance.ts'
import type { Database } from '../../src/kernel/database.ts'
import { type BenchCity, foundCity } from './city.ts'
import { generate, type Size } from './generate.ts'
import type { Recipe } from './kept.ts'
import { startChild } from './processes.ts'
import { quiet } from './quiet.ts'
import type { ServeJob } from './serve-exchange.ts'

/** Cities by recipe, so that they can be kept. */

export type Making = { keyFile: string; exchangeId: string; say(line: string): void }

const files = ['cities.ts', 'city.ts', 'generate.ts', 'searchable.ts']

export function wholeCity(size: Size, making: Making): Recipe<BenchCity> {
  return {
    name: `city_${size.subjects}`,
    files,
    async make(database, url) {
      await bind(database, making)
      const departments = await foundCity(database, 'PUBLISHED')
      await generate(database.pool, size, 'SEARCHABLE', making.say)
      await settle(url, making)
      making.say('  published')
      return { ...departments, ...size }
    },
  }
}

/** A city to be looked up in alone: nothing is published and no name is searched, which takes most of the making. */
export function cityOfRecords(size: Size, making: Making): Recipe<BenchCity> {
  return {
    name: `records_${size.subjects}`,
    files,
    async make(database) {
      await bind(database, making)
      const departments = await foundCity(database, 'UNPUBLISHED')
      await generate(database.pool, size, 'PLAIN', making.say)
      return { ...departments, ...size }
    },
  }
}

const bind = ({ pool }: Database, { keyFile, exchangeId }: Making) =>
  bindInstance(pool, { keyFile, exchangeId, now: new Date() })

/** An exchange has indexed and published everything, as it does after a large import. */
async function settle(url: string, { keyFile, exchangeId }: Making): Promise<void> {
  const child = startChild('./serve-exchange.ts', 'anywhere')
  try {
    const job: ServeJob = { databaseUrl: url, keyFile, exchangeId, body: '' }
    await child.ask<unknown>(job)
    await quiet(url)
  } finally {
    await child.stop()
  }
}
