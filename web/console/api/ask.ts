import { print } from '@0no-co/graphql.web'
import { Fault, firstFault, isObject } from './fault.ts'
import type { TadaDocumentNode } from './graphql.ts'
import { base } from './page.ts'

/** Told when a session is missing, over, or has not passed its second factor: the frame leads to the sign-in. */
let sessionEnded: () => void = () => undefined
export const onSessionEnd = (listener: () => void): void => {
  sessionEnded = listener
}

/** A page that looks again by itself says so: nobody need be there, and the session may end as if it were left alone. */
export type Asker = 'OFFICER' | 'PAGE'

/** Asks the console's GraphQL surface. Throws a Fault. */
export async function ask<Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
  by: Asker = 'OFFICER',
): Promise<Result> {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-console': '1',
      ...(by === 'PAGE' ? { 'x-console-unattended': '1' } : {}),
    },
    body: JSON.stringify({ query: print(document), variables }),
    credentials: 'same-origin',
    ...(signal ? { signal } : {}),
  })
  const answer = await readJson(response)
  const fault = firstFault(answer)
  if (fault !== null) throw ended(fault)
  if (!isObject(answer) || !('data' in answer)) throw new Fault('UNKNOWN', '服务出错 (the service failed)')
  // The server executed the document against the schema that typed it.
  return answer.data as Result
}

export function ended(fault: Fault): Fault {
  if (fault.code === 'NOT_SIGNED_IN' || fault.code === 'SECOND_FACTOR_REQUIRED') sessionEnded()
  return fault
}

/** A mutation whose rule refused is a Fault as well. */
export async function act<Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Taken<Result>> {
  const result = await ask(document, variables)
  for (const outcome of Object.values(result as Record<string, unknown>)) {
    if (!isObject(outcome) || outcome.__typename !== 'Refusal') continue
    const { code, message, legalBasis } = outcome
    throw new Fault(String(code), String(message), typeof legalBasis === 'string' ? legalBasis : null)
  }
  return result as Taken<Result>
}

export type Taken<Result> = { [Field in keyof Result]: Exclude<Result[Field], { __typename: 'Refusal' }> }

export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    throw new Fault('UNREADABLE', `服务的答复无法读取 (unreadable answer, HTTP ${response.status})`)
  }
}

/** Client-chosen ids: the same act sent twice has one effect. */
export const newId = (): string => crypto.randomUUID()
