const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** Text for an element or an attribute; a bare CR would be read as LF (XML 1.0 section 2.11). */
export const xmlText = (text: string) => text.replace(/[&<>"\r]/g, (character) => entities[character] ?? '')
