/** What the server refused, or that it could not be reached. The message is for people: Chinese, then English. */
export class Fault extends Error {
  readonly code: string
  readonly legalBasis: string | null

  constructor(code: string, message: string, legalBasis: string | null = null) {
    super(message)
    this.code = code
    this.legalBasis = legalBasis
  }
}

export const faultOf = (error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault('UNREACHABLE', '无法连接服务，请稍后再试 (the service cannot be reached: try later)')

/** The first error of an answer in the one shape of all refusals; null: it holds none. */
export function firstFault(answer: unknown): Fault | null {
  if (!isObject(answer) || !Array.isArray(answer.errors)) return null
  const [error]: unknown[] = answer.errors
  if (!isObject(error)) return null
  const { code, legalBasis } = isObject(error.extensions) ? error.extensions : {}
  return new Fault(
    typeof code === 'string' ? code : 'UNKNOWN',
    typeof error.message === 'string' ? error.message : '服务出错 (the service failed)',
    typeof legalBasis === 'string' ? legalBasis : null,
  )
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
