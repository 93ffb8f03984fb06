import { useTexts } from '../texts/language.tsx'
import { securityTexts } from '../texts/security.ts'
import type { Field } from './fields.tsx'

/** A password that is chosen: what is asked of it, and it again. */
export function useNewPassword(name: string): Field[] {
  const t = useTexts(securityTexts)
  const secret = { kind: 'secret', autoComplete: 'new-password' } as const
  return [
    { ...secret, name, label: t.newPassword, help: t.newPasswordHelp },
    { ...secret, name: 'repeat', label: t.repeat, same: { name, message: t.repeatDiffers } },
  ]
}
