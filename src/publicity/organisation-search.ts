/** How the public searches organisations: what it asks for and what it finds. Pure. */

/** What an organisation found must have: anything published, or something of this kind. */
export const searchTypes = ['ANY', 'LISTED', 'TRUSTWORTHY', 'PENALISED', 'LICENSED'] as const
export type SearchType = (typeof searchTypes)[number]

export type FoundOrganisation = {
  uscc: string
  name: string
  /** Of its published records. */
  adverse: number
  trustworthy: number
  penalties: number
  licences: number
  rank: number
}

export type SearchPlace = { rank: number; uscc: string }
