/** The text as a part of a LIKE pattern that stands for nothing but itself. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
