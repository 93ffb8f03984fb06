import type { Answers } from './operation-types.ts'

/**
 * Names below the search box while one types, as a combobox that keys alone can use (ARIA 1.2). The form works without it,
 * and a question that fails shows nothing.
 */

const quiet = 200
type Found = Answers['Suggest']['searchSubjects']['edges'][number]['node']

export function suggest(input: HTMLInputElement): void {
  const { suggest: address = '', subjects = '' } = input.dataset
  const list = document.createElement('ul')
  list.id = `${input.id}-names`
  list.className = 'suggestions'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', input.dataset.label ?? '')
  list.hidden = true
  input.closest('form')?.append(list)
  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-autocomplete', 'list')
  input.setAttribute('aria-controls', list.id)

  let asked = ''
  let active = -1
  let timer = 0

  function show(found: readonly Found[]): void {
    active = -1
    list.replaceChildren(
      ...found.map(({ name, uscc }, place) => {
        const option = document.createElement('li')
        option.id = `${list.id}-${place}`
        option.setAttribute('role', 'option')
        option.setAttribute('aria-selected', 'false')
        option.dataset.href = `${subjects}${uscc}`
        const code = document.createElement('small')
        code.textContent = uscc
        option.append(name, ' ', code)
        return option
      }),
    )
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(!list.hidden))
    input.removeAttribute('aria-activedescendant')
  }

  function choose(next: number): void {
    const options = [...list.children]
    active = next < -1 ? options.length - 1 : next >= options.length ? -1 : next
    for (const [place, option] of options.entries())
      option.setAttribute('aria-selected', String(place === active))
    const chosen = options[active]
    if (!chosen) {
      input.removeAttribute('aria-activedescendant')
      return
    }
    input.setAttribute('aria-activedescendant', chosen.id)
    chosen.scrollIntoView({ block: 'nearest' })
  }

  const open = (option: Element | undefined) => {
    if (option instanceof HTMLElement) location.assign(option.dataset.href ?? '')
  }

  async function look(): Promise<void> {
    const text = input.value.trim()
    if (text === asked) return
    asked = text
    if ([...text].length < 2) {
      show([])
      return
    }
    const query = encodeURIComponent(JSON.stringify({ query: text }))
    try {
      const { data }: { data?: Answers['Suggest'] } = await (
        await fetch(`${address}&variables=${query}`)
      ).json()
      if (asked === text) show(data?.searchSubjects.edges.map(({ node }) => node) ?? [])
    } catch {
      show([])
    }
  }

  input.addEventListener('input', (event) => {
    // Letters on the way to a character are no question.
    if (event instanceof InputEvent && event.isComposing) return
    clearTimeout(timer)
    timer = window.setTimeout(() => void look(), quiet)
  })
  input.addEventListener('compositionend', () => void look())
  input.addEventListener('keydown', (event) => {
    if (list.hidden || event.isComposing) return
    if (event.key === 'ArrowDown') choose(active + 1)
    else if (event.key === 'ArrowUp') choose(active - 1)
    else if (event.key === 'Escape') show([])
    else if (event.key === 'Enter' && active >= 0) open(list.children[active])
    else return
    event.preventDefault()
  })
  input.addEventListener('blur', () => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
  })
  // Before the box loses the focus, which would take the list away.
  list.addEventListener('mousedown', (event) => {
    event.preventDefault()
    if (event.target instanceof Element) open(event.target.closest('[role=option]') ?? undefined)
  })
  show([])
}
