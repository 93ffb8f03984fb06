import { furtherRows, henanRows, provinceRows } from './region-rows.ts'

type Region = { code: string; name: string }

/** Names may leave out what kind of division it is: 河南, 驻马店, 西平. */
const kinds =
  /(?:省|市|县|地区|特别行政区|(?:维吾尔|壮族|回族)?自治区|(?:朝鲜|土家|哈尼|布依|景颇|柯尔克孜|哈萨克|蒙古|苗|侗|羌|藏|彝|傣|白|壮|黎|回|傈僳)?族?(?:[苗侗傣羌彝]族)*自治州)$/u

/** 41 Henan, whose cities, and 4117 Zhumadian and 4198 the demo city, whose counties are named without their kind. */
const homeProvince = '41'
const homeCities = ['4117', '4198']

const regions = [provinceRows, henanRows, furtherRows].flatMap((rows) =>
  [...rows.matchAll(/(\d{6}) ([^\s,:]+)/gu)].map(([, code = '', name = '']): Region => ({ code, name })),
)

const byName = new Map<string, Region>()
for (const region of regions) if (!byName.has(region.name)) byName.set(region.name, region)
const byShortName = new Map<string, Region>()
for (const region of regions) {
  const short = region.name.replace(kinds, '')
  if (short.length >= 2 && short !== region.name && !byShortName.has(short)) byShortName.set(short, region)
}
const longest = Math.max(...[...byName.keys()].map((name) => name.length))

/** Zones stand behind their city (art. 7); they have no code of GB/T 2260, so the city's stays. */
const zone =
  /^(?:(?:经济技术|高新技术产业|经济|高新)?开发区|高新区|产业集聚区|(?:城乡一体化)?示范区|工业园区)/u

/**
 * Takes the region (行政区划) off a name that has neither form nor branch: before the trade name, or in brackets behind
 * it. 河南省驻马店市西平县天中食品 and 天中食品(西平) are both 天中食品 of 411721; 北京同仁堂(驻马店) is 北京同仁堂 of
 * 驻马店, for a region without its kind may be how a trade name begins.
 */
export function splitRegion(body: string): { region: string; regionCode: string | null; rest: string } {
  const front = regionAt(body)
  let { region, code } = front
  let inBrackets = false
  const tail = body.slice(region.length).replace(/\(([^()]*)\)/gu, (_, inside: string) => {
    const named = regionAt(inside)
    const whole = inside !== '' && named.region === inside
    if (!whole || (code !== null && front.clear && !within(named.code, code))) return inside
    region = inside
    code = named.code
    inBrackets = true
    return ''
  })
  const before = inBrackets && front.code !== null && !within(code, front.code) ? front.region : ''
  return { region, regionCode: code, rest: before + tail.replace(/[()]/gu, '') }
}

/** Whether the region of `inner` is that of `outer` or lies in it: 411721 in 411700 in 410000. */
export function within(inner: string | null, outer: string | null): boolean {
  return inner !== null && outer !== null && inner.startsWith(outer.replace(/(?:00){0,2}$/u, ''))
}

/** `clear` where each division is named with its kind. */
function regionAt(text: string): { region: string; code: string | null; clear: boolean } {
  let at = 0
  let code: string | null = null
  let clear = true
  for (;;) {
    const next = nextRegion(text, at, code)
    if (!next) break
    at += next.length
    code = next.code
    clear &&= next.clear
  }
  const area = code === null ? null : zone.exec(text.slice(at))
  if (area) at += area[0].length
  return { region: text.slice(0, at), code, clear }
}

function nextRegion(text: string, at: number, parent: string | null) {
  for (let length = Math.min(longest, text.length - at); length >= 2; length -= 1) {
    const name = text.slice(at, at + length)
    const region = byName.get(name)
    if (region && fits(region, parent)) return { length, code: region.code, clear: true }
    const short = byShortName.get(name)
    if (short && fits(short, parent) && (parent !== null || aloneIsClear(short))) {
      return { length, code: short.code, clear: false }
    }
  }
  return null
}

const fits = (region: Region, parent: string | null) =>
  parent === null || (region.code !== parent && within(region.code, parent))

/** Whether a name without its kind means the region where no parent stands before it: 安康 is a trade name here. */
const aloneIsClear = ({ code }: Region) =>
  code.endsWith('0000') ||
  (code.startsWith(homeProvince) && code.endsWith('00')) ||
  homeCities.some((city) => code.startsWith(city))
