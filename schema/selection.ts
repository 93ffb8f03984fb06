import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

/**
 * Whether the operation asks for a field so many levels below, in whichever fragment: what nobody asks for need not be read.
 * What a directive may leave out counts as asked for.
 */
export function selects(
  { fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
  path: readonly string[],
): boolean {
  function within(selectionSet: SelectionSetNode | undefined, [name, ...deeper]: readonly string[]): boolean {
    if (name === undefined) return true
    return (
      selectionSet?.selections.some((selection) => {
        switch (selection.kind) {
          case Kind.FIELD:
            return selection.name.value === name && within(selection.selectionSet, deeper)
          case Kind.INLINE_FRAGMENT:
            return within(selection.selectionSet, [name, ...deeper])
          case Kind.FRAGMENT_SPREAD:
            return within(fragments[selection.name.value]?.selectionSet, [name, ...deeper])
        }
        return true
      }) ?? false
    )
  }
  return fieldNodes.some(({ selectionSet }) => within(selectionSet, path))
}
