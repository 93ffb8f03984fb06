import { defaultFieldResolver, type GraphQLSchema, isObjectType, validateSchema } from 'graphql'
import { builder } from './builder.ts'
import './department-types.ts'

/** What departments' systems see. A type left without fields is a fault of ours, told at start. */
export function departmentSchema(): GraphQLSchema {
  const schema = builder.toSchema({ subGraph: 'department' })
  const faults = validateSchema(schema)
  if (faults.length > 0)
    throw new TypeError(`department schema: ${faults.map((fault) => fault.message).join('; ')}`)
  readPropertiesPlainly(schema)
  return schema
}

/** A field that only hands on a property has no resolver, which means the same: a compiled operation reads it in place. */
function readPropertiesPlainly(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields()))
      if (field.resolve === defaultFieldResolver) delete field.resolve
  }
}
