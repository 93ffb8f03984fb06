/** The leaves that the last checkpoint speaks of are not those that are there now. Nothing is signed over them. */
export class LogRewritten extends Error {
  override readonly name = 'LogRewritten'
}
