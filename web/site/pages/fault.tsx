import { type Fault, type PageAnswer, type PageRequest, privatePage } from '../page.ts'

function notice(status: number, title: string, text: string, request: PageRequest): PageAnswer {
  return privatePage(
    title,
    <section className="notice">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a href={request.link('/')}>{request.t('回到首页', 'To the home page')}</a>
      </p>
    </section>,
    status,
  )
}

export function missingPage(request: PageRequest): PageAnswer {
  const { t } = request
  return notice(
    404,
    t('没有此页面', 'No such page'),
    t(
      '地址有误，或者所载信息已经到期、修复或者撤销，不再公示。',
      'The address is wrong, or what it told has expired, was repaired or withdrawn, and is no longer published.',
    ),
    request,
  )
}

/** What the public surface refused, in the look of the site. */
export function faultPage(request: PageRequest, { code, message }: Fault): PageAnswer {
  const { t } = request
  switch (code) {
    case 'RATE_LIMITED':
      return notice(
        429,
        t('请求过于频繁', 'Too many requests'),
        t('请稍后再试。', 'Please try again later.'),
        request,
      )
    case 'NOT_FOUND':
      return missingPage(request)
    case 'REQUEST_MALFORMED':
      return notice(
        400,
        t('表单无法读取', 'The form cannot be read'),
        t('请回到网站的页面重新填写。', 'Please go back to the page of the site and fill it in again.'),
        request,
      )
    case 'METHOD_NOT_ALLOWED':
      return notice(
        405,
        t('不支持这种请求', 'Not taken here'),
        t('请从网站的页面上操作。', 'Please go on from a page of the site.'),
        request,
      )
    case 'INTERNAL':
      return notice(
        500,
        t('本站出错了', 'Something went wrong here'),
        t(
          '这不是您的错误，已经记录。请稍后再试。',
          'It is not your mistake, and it has been noted. Please try again later.',
        ),
        request,
      )
    case 'UNAVAILABLE':
      return notice(
        503,
        t('服务暂不可用', 'Temporarily unavailable'),
        t('请稍后再试。', 'Please try again later.'),
        request,
      )
    default:
      return notice(400, t('条件有误', 'The question cannot be read'), message, request)
  }
}
