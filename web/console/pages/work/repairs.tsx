import { Cases } from './cases.tsx'

export default function Repairs() {
  return <Cases kind="REPAIR" />
}
