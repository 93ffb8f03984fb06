/** An enrolment code just issued, on its way from one page to the next: kept nowhere, so that it shows once. */
export type IssuedCode = { department: string; code: string; expiresAt: string }

let handed: IssuedCode | null = null

export function handOver(issued: IssuedCode): void {
  handed = issued
}

export const takeOver = (department: string): IssuedCode | null =>
  handed?.department === department ? handed : null

export function forget(): void {
  handed = null
}
