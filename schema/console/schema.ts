import { type GraphQLSchema, validateSchema } from 'graphql'
import { builder } from '../builder.ts'
import '../department-types.ts'
import './viewer.ts'
import './departments.ts'
import './department-acts.ts'
import './datasets.ts'
import './officers.ts'
import './pending-acts.ts'
import './audit.ts'
import './dashboard.ts'
import './look-up.ts'
import './work-lists.ts'
import { guarded } from './action-guard.ts'

/** What officers see: what their department may do, as far as the table of actions names it, and what only people do. */
export function consoleSchema(): GraphQLSchema {
  const schema = guarded(builder.toSchema({ subGraph: 'console' }))
  const faults = validateSchema(schema)
  if (faults.length > 0)
    throw new TypeError(`console schema: ${faults.map((fault) => fault.message).join('; ')}`)
  return schema
}
