/** ACTIVE stands; WITHDRAWN (撤销), SUPERSEDED (被取代) and REPAIRED (信用修复) are shared no more. */
export const recordStatuses = ['ACTIVE', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED'] as const
export type RecordStatus = (typeof recordStatuses)[number]
