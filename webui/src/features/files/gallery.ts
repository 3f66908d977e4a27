/**
 * How several pictures stand together: rows of equal height, each picture as wide as its shape asks.
 *
 * Everything follows from the pictures' sizes, so the place is taken before the first byte of them is there.
 */

/** Of a picture whose size nobody knows yet. */
const USUAL = 4 / 3;
/** A tower or a ribbon is cut to these. */
const NARROWEST = 0.6;
const WIDEST = 2.4;
/** A row is never flatter nor higher than these (width by height). */
const ROW_HIGHEST = 1.3;
const ROW_FLATTEST = 4;

export interface Row<Picture> {
  /** Width by height of the whole row. */
  ratio: number;
  shots: { picture: Picture; share: number }[];
}

interface Sized {
  width?: number | null;
  height?: number | null;
}

export function ratioOf({ width, height }: Sized): number {
  if (!width || !height) return USUAL;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/** How many stand in each row. */
function split(count: number, first: number): number[] {
  if (count <= 2) return [count];
  // Three: a wide one over two, else side by side.
  if (count === 3) return first > 1.2 ? [1, 2] : [3];
  const rows = Math.ceil(count / 3);
  const least = Math.floor(count / rows);
  const more = count % rows;
  return Array.from({ length: rows }, (_, row) => (row < rows - more ? least : least + 1));
}

export function arrange<Picture extends Sized>(pictures: readonly Picture[]): Row<Picture>[] {
  const [first] = pictures;
  if (first === undefined) return [];
  let next = 0;
  return split(pictures.length, ratioOf(first)).map((count) => {
    const row = pictures.slice(next, next + count);
    next += count;
    const shots = row.map((picture) => ({ picture, share: ratioOf(picture) }));
    const sum = shots.reduce((all, { share }) => all + share, 0);
    return { ratio: Math.min(ROW_FLATTEST, Math.max(ROW_HIGHEST, sum)), shots };
  });
}
