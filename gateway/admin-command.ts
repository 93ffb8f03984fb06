/** What the commands of administrators have in common. */

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const print = (line: string) => void process.stdout.write(`${line}\n`)
