import type { Answers } from './operation-types.ts'

/** Names for parts of the answers that pages pass on; what they hold is printed from the public schema. */

export type Variables = Readonly<Record<string, string | number | boolean | null>>

export type Rows<T> = {
  edges: { node: T }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
type NodeOf<R extends { edges: { node: unknown }[] }> = R['edges'][number]['node']

type Home = Answers['Home']['home']
type Subject = NonNullable<Answers['Subject']['subject']>

export type ListNature = Home['counters']['listed'][number]['nature']
export type SubjectGroup = Subject['counts'][number]['group']

export type Line = Home['latestPenalties'][number]
/** A record with all its public columns. */
export type Whole = Subject['basic'][number]
export type Field = Whole['fields'][number]
export type PublicityEntry = NodeOf<Answers['DoublePublicity']['doublePublicity']>
export type Case = NodeOf<Answers['Cases']['cases']>
export type Division = Answers['Lists']['divisions'][number]
export type Department = Answers['Departments']['departments'][number]
export type PersonEntry = Answers['PersonEntries']['personEntries']['entries'][number]
export type RemedyKind = Answers['RemedyClocks']['remedyClocks'][number]['kind']
export type RemedyProgress = NonNullable<Answers['RemedyProgress']['remedyProgress']>
export type RemedyEventType = RemedyProgress['history'][number]['type']
export type Statistics = Answers['Statistics']['statistics']
export type Tally = Statistics['byMonth'][number]['counts']
export type DisputableRecord = NonNullable<Answers['DisputableRecord']['record']>
