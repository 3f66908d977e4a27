/**
 * The words on the screen, in the language that is shown now.
 *
 * A newcomer would expect `t` to be the catalogue itself. It has the same shape, but each word is looked up when it is read, so
 * that a template which has read one is drawn anew when the language changes. A sentence that is kept in a variable stays as it was.
 */
import type { Catalogue, First, Later } from '.';

type Tree = Readonly<Record<string, unknown>>;

let shown: Partial<Catalogue> = $state.raw({});

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

/** Puts a catalogue on the screen, or a part of it that came later. */
export function show(words: First | Later): void {
  const fresh = Object.entries(words).filter(([key]) => !(key in t));
  shown = { ...shown, ...words };
  mirror(t, Object.fromEntries(fresh), () => shown);
  document.documentElement.lang = t.locale;
  document.documentElement.dir = t.direction;
}
