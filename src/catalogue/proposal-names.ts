import { pinyin } from 'pinyin-pro'
import { unitOf } from './field-terms.ts'

const nameCharacters = 60

/** A field name from the wording of a heading: 烟草专卖许可证号 → yanCaoZhuanMaiXuKeZhengHao. Unique among `taken`. */
export function nameFrom(heading: string, taken: ReadonlySet<string>): string {
  const unit = unitOf(heading)
  const words = pinyin(unit ? `${unit.base}${unit.unit}` : heading.normalize('NFKC'), {
    toneType: 'none',
    type: 'array',
    nonZh: 'consecutive',
    v: true,
  }).flatMap((word) => word.match(/[A-Za-z]+|\d+/g) ?? [])
  const [first = 'column', ...rest] = words
  const camel = [first.toLowerCase(), ...rest.map(capitalised)].join('')
  const name = (/^[A-Za-z]/.test(camel) ? camel : `column${capitalised(camel)}`).slice(0, nameCharacters)
  if (!taken.has(name)) return name
  for (let number = 2; ; number += 1) if (!taken.has(`${name}${number}`)) return `${name}${number}`
}

const capitalised = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`
