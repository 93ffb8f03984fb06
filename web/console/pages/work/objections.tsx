import { Cases } from './cases.tsx'

export default function Objections() {
  return <Cases kind="OBJECTION" />
}
