/**
 * Administrative divisions (行政区划) by their codes (GB/T 2260): 411700 is the city with all in it, 410000 the province, and
 * the codes of what lies in them begin alike. A county's code is its own beginning.
 */
export const divisionPrefix = (code: string): string => code.replace(/(?:00){1,2}$/, '')

/**
 * Whether an officer of a county (`null`: of the whole department) has to do with the subject: its code names the county in which
 * it is registered. Of persons, and of organisations without a code, no county is known: the whole department has to do with them.
 */
export const concernsCounty = (county: string | null, uscc: string | null): boolean =>
  county === null || (uscc?.slice(2, 8).startsWith(divisionPrefix(county)) ?? false)
