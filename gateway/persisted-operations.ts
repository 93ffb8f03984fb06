import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Kind, parse } from 'graphql'

/** An operation of the site, named by the SHA-256 of its text in lower-case hexadecimals. */
export type PersistedOperation = {
  id: string
  name: string
  document: string
  variables: ReadonlySet<string>
}

const folder = new URL('../schema/public/operations/', import.meta.url)

/** The site's operations: known beforehand, so they need not be sent and may cost more than those of strangers. */
export function readPersistedOperations(): Map<string, PersistedOperation> {
  const operations = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const document = readFileSync(new URL(file, folder), 'utf8').trim()
      return {
        id: operationId(document),
        name: file.replace('.graphql', ''),
        document,
        variables: variablesOf(document),
      }
    })
  return new Map(operations.map((operation) => [operation.id, operation]))
}

function variablesOf(document: string): Set<string> {
  const definitions = parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  )
  return new Set(definitions.map(({ variable }) => variable.name.value))
}

export const operationId = (document: string) => createHash('sha256').update(document).digest('hex')
