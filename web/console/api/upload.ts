import { ended } from './ask.ts'
import { Fault, firstFault } from './fault.ts'
import { base } from './page.ts'

/**
 * Sends a file to an address of the console and tells how far it is, from 0 to 1 (which `fetch` cannot). Throws a Fault;
 * an abort ends it.
 */
export function upload(
  path: string,
  file: File,
  { onProgress, signal }: { onProgress(share: number): void; signal: AbortSignal },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `${base}/${path}`)
    request.setRequestHeader('x-console', '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total)
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(new Fault('CANCELLED', '已取消上传 (the upload was cancelled)'))
    request.onload = () => {
      const answer = parsed(request.responseText)
      const fault = firstFault(answer)
      if (fault !== null) reject(ended(fault))
      else if (request.status < 200 || request.status > 299 || answer === undefined)
        reject(new Fault('UNREADABLE', `服务的答复无法读取 (unreadable answer, HTTP ${request.status})`))
      else resolve(answer)
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

const unreachable = () =>
  new Fault('UNREACHABLE', '无法连接服务，请稍后再试 (the service cannot be reached: try later)')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
