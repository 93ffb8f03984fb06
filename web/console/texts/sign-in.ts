import type { Dictionary } from './language.tsx'

export const signInTexts = {
  title: ['登录', 'Sign in'],
  email: ['电子邮箱', 'E-mail'],
  password: ['密码', 'Password'],
  next: ['下一步', 'Next'],
  passkey: ['使用通行密钥登录', 'Sign in with a passkey'],
  or: ['或者', 'or'],
  singleSignOn: ['通过{name}登录', 'Sign in through {name}'],
  code: ['动态验证码', 'One-time code'],
  codeHelp: [
    '验证器应用中的六位数字，或者一个备用码',
    'Six digits of your authenticator app, or a backup code',
  ],
  signIn: ['登录', 'Sign in'],
  again: ['返回', 'Back'],
  newHere: ['首次使用？用设置码开通账户', 'New here? Set up your account with your set-up code'],
  setUpTitle: ['开通账户', 'Set up your account'],
  setUpCode: ['设置码', 'Set-up code'],
  setUpCodeHelp: ['管理员交给您的一次性设置码', 'The one-time code your administrator gave you'],
  scan: [
    '1. 用手机上的验证器应用扫描二维码（本机绘制，不经过网络）',
    '1. Scan the code with an authenticator app on your telephone (drawn here, sent nowhere)',
  ],
  secret: ['或者手工输入密钥：', 'or type this key:'],
  choose: ['2. 设置密码', '2. Choose a password'],
  prove: ['3. 输入应用显示的六位数字', '3. Type the six digits that the app shows'],
  finish: ['完成', 'Finish'],
  backupTitle: ['备用码', 'Backup codes'],
  backupText: [
    '手机不在身边时，每个备用码可代替验证码登录一次。只显示这一次，请立即保存在安全的地方。',
    'Without your telephone, each of these signs you in once. They are shown this once: keep them in a safe place now.',
  ],
  kept: ['已妥善保存，进入管理台', 'I have kept them: go to the console'],
  haveAccount: ['已有账户？登录', 'Have an account? Sign in'],
  ssoFailed: ['单点登录未成功', 'Single sign-on did not succeed'],
} satisfies Dictionary
