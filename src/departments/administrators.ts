import { AdministrationRefusal } from '../kernel/refusal.ts'

/** Held by whoever might take away a city administrator, so that two do not each take away the last but one. */
export const administratorsLock = 'city administrators'

export const lastAdministrators = (): AdministrationRefusal =>
  new AdministrationRefusal(
    'LAST_ADMINISTRATOR',
    '最后的市级管理员在该部门 (the last city administrators belong to this department)',
  )
