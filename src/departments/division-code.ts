/**
 * Administrative divisions (行政区划) by their codes (GB/T 2260): 411700 is the city with all in it, 410000 the province, and
 * the codes of what lies in them begin alike. A county's code is its own beginning.
 */
export const divisionPrefix = (code: string): string => code.replace(/(?:00){1,2}$/, '')
