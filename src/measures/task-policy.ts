import type { Department } from '../departments/department.ts'
import { type TaskPhase, taskTransitions } from './task.ts'

/** Acts that the phase of a task allows its department. */
export const nextTaskActs = (phase: TaskPhase): readonly TaskAct[] =>
  taskActs.filter((act) => taskTransitions[act].from.includes(phase))

const taskActs = ['ACKNOWLEDGED', 'IMPLEMENTED', 'NOT_APPLICABLE', 'LIFTED'] as const
export type TaskAct = (typeof taskActs)[number]

type Bearer = Pick<Department, 'status' | 'roles'>

/** Who bears duties: a department that was approved. Suspended, it cannot act, but the law binds it still. */
export const bearsDuties = ({ status }: Pick<Department, 'status'>): boolean =>
  status === 'ACTIVE' || status === 'SUSPENDED'

/** Any department may be bound by a measure, and sees its own tasks and how timely all are. */
export const mayWorkOnTasks = ({ roles }: Pick<Bearer, 'roles'>): boolean =>
  roles.includes('PROVIDER') || roles.includes('ENQUIRER') || roles.includes('CREDIT_OFFICE')
