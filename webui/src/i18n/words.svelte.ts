/**
 * The words on the screen, in the language that is shown now.
 *
 * A newcomer would expect `t` to be the catalogue itself. It has the same shape, but each word is looked up when it is read, so
 * that a template which has read one is drawn anew when the language changes. A sentence that is kept in a variable stays as it was.
 */
import type { Catalogue } from '.';

type Tree = Readonly<Record<string, unknown>>;

let shown: Catalogue | undefined = $state.raw();

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Gives `target` a property for each of `like`; what `read` returns is asked for the value at each access. */
function mirror(target: object, like: Tree, read: () => Tree | undefined): object {
  for (const [key, value] of Object.entries(like)) {
    Object.defineProperty(
      target,
      key,
      isTree(value)
        ? {
            value: mirror(Object.create(null) as object, value, () => read()?.[key] as Tree | undefined),
            enumerable: true,
          }
        : { get: () => read()?.[key], enumerable: true },
    );
  }
  return target;
}

export const t = Object.create(null) as Catalogue;

/** Puts a catalogue on the screen. */
export function show(catalogue: Catalogue): void {
  if (shown === undefined) mirror(t, catalogue, () => shown);
  shown = catalogue;
  document.documentElement.lang = catalogue.locale;
  document.documentElement.dir = catalogue.direction;
}
