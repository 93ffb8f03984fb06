import { type GraphQLSchema, validateSchema } from 'graphql'
import { builder } from './builder.ts'
import './department-types.ts'

/** What departments' systems see. A type left without fields is a fault of ours, told at start. */
export function departmentSchema(): GraphQLSchema {
  const schema = builder.toSchema({ subGraph: 'department' })
  const faults = validateSchema(schema)
  if (faults.length > 0)
    throw new TypeError(`department schema: ${faults.map((fault) => fault.message).join('; ')}`)
  return schema
}
