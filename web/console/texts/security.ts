import type { Dictionary } from './language.tsx'

export const securityTexts = {
  note: [
    '您登录用的密码、动态验证码、通行密钥和正在使用的会话。',
    'What you sign in with, and where you are signed in.',
  ],
  account: ['账户', 'Account'],
  name: ['姓名', 'Name'],
  email: ['电子邮箱', 'E-mail'],
  department: ['部门', 'Department'],
  division: ['所辖区划', 'Division'],
  wholeDepartment: ['全部门', 'The whole department'],
  roles: ['角色', 'Roles'],

  passkeys: ['通行密钥', 'Passkeys'],
  passkeysText: [
    '用指纹、面容或安全密钥登录，不输入密码和验证码，也不会被仿冒网站骗走。',
    'Sign in by fingerprint, face or a security key, without password and code; no imitation of this site can take it.',
  ],
  passkeysUnknown: [
    '此浏览器不支持通行密钥，或者页面不是通过 HTTPS 打开的。',
    'This browser knows no passkeys, or the page was not opened by HTTPS.',
  ],
  noPasskeys: ['还没有通行密钥', 'No passkey yet'],
  addPasskey: ['添加通行密钥', 'Add a passkey'],
  passkeyName: ['名称', 'Name'],
  passkeyNameHelp: ['便于日后辨认，例如“办公室电脑”', 'To know it again, e.g. “office computer”'],
  added: ['添加时间', 'Added'],
  removePasskey: ['移除', 'Remove'],
  removePasskeyTitle: ['移除通行密钥“{name}”？', 'Remove the passkey “{name}”?'],
  removePasskeyText: ['此后不能再用它登录。', 'Nobody signs in with it any more.'],
  signInAgain: ['重新登录', 'Sign in again'],

  sessions: ['会话', 'Sessions'],
  sessionsText: [
    '不认识的会话请立即结束，并修改密码。',
    'End at once what you do not know, and change your password.',
  ],
  device: ['设备', 'Device'],
  address: ['网络地址', 'Address'],
  method: ['登录方式', 'Signed in by'],
  begun: ['登录时间', 'Signed in'],
  used: ['最近使用', 'Last used'],
  expires: ['最迟至', 'Until'],
  thisOne: ['本会话', 'This one'],
  unknownDevice: ['不明设备', 'Unknown device'],
  endSession: ['结束', 'End'],
  endSessionTitle: ['结束 {device} 上的会话？', 'End the session on {device}?'],
  endSessionText: ['那里须重新登录。', 'It has to sign in again there.'],

  password: ['密码', 'Password'],
  passwordText: ['修改后，除本会话外的所有会话都会结束。', 'All sessions but this one end when it changes.'],
  changePassword: ['修改密码', 'Change the password'],
  current: ['当前密码', 'Present password'],
  newPassword: ['新密码', 'New password'],
  newPasswordHelp: ['至少 12 个字符，不含邮箱名', 'At least 12 characters, and not your e-mail'],
  repeat: ['再次输入新密码', 'New password again'],
  repeatDiffers: ['两次输入不一致', 'The two differ'],
  changed: ['密码已修改，其他会话已结束', 'The password is changed, and other sessions have ended'],

  secondFactor: ['动态验证码', 'One-time codes'],
  secondFactorText: [
    '用密码登录必须再输入验证器应用中的验证码；同一验证码只接受一次。手机不在身边时用备用码，每个只能用一次。',
    'A password is taken only with the code of your authenticator app, and each code once. Without your telephone, use one of your backup codes; each counts once.',
  ],
  lost: [
    '手机和备用码都丢失、或者忘记密码时，请任一市级管理员提出恢复，另一位确认后，您会得到新的设置码。',
    'Where telephone and backup codes are lost, or the password is forgotten, ask a city administrator: when a second one confirms, you get a new set-up code.',
  ],
} satisfies Dictionary

export const methodWords: Dictionary = {
  TOTP: ['密码和验证码', 'Password and code'],
  BACKUP_CODE: ['密码和备用码', 'Password and backup code'],
  SET_UP: ['开通账户', 'Account set up'],
  PASSKEY: ['通行密钥', 'Passkey'],
  SINGLE_SIGN_ON: ['单点登录', 'Single sign-on'],
}
