import { suggest } from './suggestions.ts'
import './site.css'

/** What scripts add to pages that work without them. */

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-autosubmit]'))
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement) form.requestSubmit()
  })

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  // Only a page over https, or on this machine, may write to the clipboard.
  if (!navigator.clipboard) continue
  button.classList.add('ready')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? '')
    button.classList.add('done')
  })
}

for (const input of document.querySelectorAll<HTMLInputElement>('input[data-suggest]')) suggest(input)

// The tool for queries is many times the site: it is loaded when it is asked for.
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-explorer]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    button.disabled = true
    const { openExplorer } = await import('./explorer.tsx')
    await openExplorer(button)
    button.hidden = true
  })
}

// Empty fields would stand in the address of a filter as if they were filters.
for (const form of document.querySelectorAll<HTMLFormElement>('form.filters[method=get]'))
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
  })
