import { readdirSync, readFileSync } from 'node:fs'
import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql'

/** TypeScript types of the answers to the site's persisted operations, as the public schema has them. */

const folder = new URL('./operations/', import.meta.url)

/** The text of web/site/operation-types.ts. Throws where an operation does not fit the schema. */
export function operationTypes(schema: GraphQLSchema): string {
  const answers = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => `  ${file.replace('.graphql', '')}: ${answerType(schema, file)}`)
  return `/** Printed from schema/public.graphql and the operations beside it by \`npm run sdl\`. Do not edit. */\nexport type Answers = {\n${answers.join('\n')}\n}\n`
}

function answerType(schema: GraphQLSchema, file: string): string {
  const document = parse(readFileSync(new URL(file, folder), 'utf8'))
  const [fault] = validate(schema, document)
  if (fault) throw new TypeError(`${file}: ${fault.message}`)
  const fragments = new Map(
    document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  )
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const root = operation && schema.getRootType(operation.operation)
  if (!operation || !root) throw new TypeError(`${file}: no operation`)
  return objectText(root, operation.selectionSet, fragments, '  ')
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function objectText(
  type: GraphQLObjectType,
  selection: SelectionSetNode,
  fragments: Fragments,
  indent: string,
): string {
  const lines = membersOf(type, selection, fragments, `${indent}  `)
  return `{\n${[...lines].map(([name, text]) => `${indent}  ${name}: ${text}`).join('\n')}\n${indent}}`
}

function membersOf(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fragments: Fragments,
  indent: string,
): Map<string, string> {
  const members = new Map<string, string>()
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const spread =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet
      if (spread)
        for (const [name, text] of membersOf(type, spread, fragments, indent)) members.set(name, text)
      continue
    }
    const field = type.getFields()[selection.name.value]
    if (!field) throw new TypeError(`${type.name} has no field ${selection.name.value}`)
    const name = selection.alias?.value ?? selection.name.value
    members.set(name, typeText(field.type, selection.selectionSet, fragments, indent))
  }
  return members
}

function typeText(
  type: GraphQLOutputType,
  selection: SelectionSetNode | undefined,
  fragments: Fragments,
  indent: string,
): string {
  if (!isNonNullType(type)) return `${nonNullText(type, selection, fragments, indent)} | null`
  return nonNullText(type.ofType, selection, fragments, indent)
}

function nonNullText(
  type: GraphQLOutputType,
  selection: SelectionSetNode | undefined,
  fragments: Fragments,
  indent: string,
): string {
  if (isListType(type)) {
    const element = typeText(type.ofType, selection, fragments, indent)
    return element.replace(/\{[\s\S]*\}/, '').includes('|') ? `(${element})[]` : `${element}[]`
  }
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name }) => `'${name}'`)
      .join(' | ')
  if (isObjectType(type) && selection) return objectText(type, selection, fragments, indent)
  return scalars[String(type)] ?? 'never'
}

/** A scalar that is not named here fits nothing, so that whoever reads one is told. */
const scalars: Readonly<Record<string, string>> = {
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
  String: 'string',
  ID: 'string',
  Day: 'string',
  DateTime: 'string',
}
