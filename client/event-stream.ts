/** One server-sent event. */
export interface StreamEvent {
  readonly name: string
  readonly id: string
  readonly data: string
}

/** Reads server-sent events (WHATWG HTML, section 9.2) from bytes, however they are cut. Comments only show life. */
export async function* readEvents(
  bytes: AsyncIterable<Uint8Array>,
  onLife: () => void,
  mostCharacters: number,
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const piece of bytes) {
    onLife()
    rest += decoder.decode(piece, { stream: true })
    if (rest.length > mostCharacters) throw new RangeError('an event is too long')
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readEvent(block)
      if (event) yield event
    }
  }
}

function readEvent(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (name !== '') fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value)
  }
  const name = fields.get('event')
  return name === undefined ? undefined : { name, id: fields.get('id') ?? '', data: fields.get('data') ?? '' }
}
