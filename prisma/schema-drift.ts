/**
 * Compares a migrated database with schema.prisma, by Prisma's schema engine (compiled to WebAssembly, so nothing is
 * downloaded). What schema.prisma has no words for is not compared: CHECK constraints, partial and expression
 * indexes, triggers, functions.
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import pg from 'pg'

const folder = fileURLToPath(new URL('.', import.meta.url))
const schemaFile = fileURLToPath(new URL('./schema.prisma', import.meta.url))

// PostgreSQL's one-byte type "char" (not character), in which the catalogue keeps its flags.
const CHAR = 18
const TEXT = 25
const DIFFERENT = 2

/** The SQL that would make the database what the schema says; null where they agree. */
export async function schemaDrift(connectionString: string, schema?: string): Promise<string | null> {
  const files = [{ path: schemaFile, content: schema ?? (await readFile(schemaFile, 'utf8')) }]
  const { exitCode, stdout } = await withSchemaEngine(connectionString, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: folder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    }),
  )
  return exitCode === DIFFERENT ? (stdout ?? '') : null
}

export async function withSchemaEngine<T>(
  connectionString: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  // The engine tells the reason of a panic here, and otherwise only that there was one.
  let panic: string | undefined
  const PRISMA_WASM_PANIC_REGISTRY = {
    set_message(message: string) {
      panic = message
    },
  }
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY })
  const pool = new pg.Pool({ connectionString })
  pool.on('error', () => {})
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(catalogueReader(pool))
    const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, factory)
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } catch (error) {
    if (panic === undefined) throw error
    throw new Error(`the schema engine panicked: ${panic}`, { cause: error })
  } finally {
    await pool.end()
  }
}

/**
 * Prisma's adapter refuses columns of type "char", which the engine reads from the catalogue. They pass through it as
 * text and get their type back behind it; the array of rows, handed on as it is, tells which columns those were.
 */
function catalogueReader(pool: pg.Pool): SqlMigrationAwareDriverAdapterFactory {
  const charColumns = new WeakMap<object, number[]>()
  const send = pool.query.bind(pool)
  const query = async (config: pg.QueryArrayConfig) => {
    const result = await send(config)
    const columns: number[] = []
    result.fields.forEach((field, index) => {
      if (field.dataTypeID !== CHAR) return
      field.dataTypeID = TEXT
      columns.push(index)
    })
    charColumns.set(result.rows, columns)
    return result
  }
  const factory = new PrismaPg(Object.assign(pool, { query }))
  const restoring = <A extends SqlDriverAdapter>(adapter: A): A => {
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql)
      for (const index of charColumns.get(result.rows) ?? []) {
        result.columnTypes[index] = ColumnTypeEnum.Character
      }
      return result
    }
    return adapter
  }
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => restoring(await factory.connect()),
    connectToShadowDb: async () => restoring(await factory.connectToShadowDb()),
  }
}
