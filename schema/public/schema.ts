import { type GraphQLSchema, validateSchema } from 'graphql'
import { dayScalar } from '../day.ts'
import { publicBuilder } from './builder.ts'
import './records.ts'
import './subjects.ts'
import './listings.ts'
import './persons.ts'
import './catalogue.ts'
import './statistics.ts'
import './remedies.ts'
import './open-data.ts'

publicBuilder.scalarType('Day', dayScalar)

/** What anybody sees of the exchange. */
export function publicSchema(): GraphQLSchema {
  const schema = publicBuilder.toSchema()
  const faults = validateSchema(schema)
  if (faults.length > 0)
    throw new TypeError(`public schema: ${faults.map((fault) => fault.message).join('; ')}`)
  return schema
}
