import { type GraphQLSchema, validateSchema } from 'graphql'
import { builder, type Surface } from './builder.ts'
import './scalars.ts'
import './refusal.ts'
import './catalogue.ts'
import './dataset-proposal.ts'
import './publication.ts'
import './subjects.ts'
import './changes.ts'
import './timeliness.ts'
import './screening.ts'
import './issued-documents.ts'
import './search.ts'
import './batches.ts'
import './record-changes.ts'
import './remedies.ts'
import './memberships.ts'
import './measure-tasks.ts'
import './identities.ts'
import './keys.ts'
import './webhooks.ts'
import './evidence.ts'

/** The part of the schema that one surface shows. A type left without fields is a fault of ours, told at start. */
export function schemaOf(surface: Surface): GraphQLSchema {
  const schema = builder.toSchema({ subGraph: surface })
  const faults = validateSchema(schema)
  if (faults.length > 0)
    throw new TypeError(`${surface} schema: ${faults.map((fault) => fault.message).join('; ')}`)
  return schema
}
