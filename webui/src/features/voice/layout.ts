/** How tiles share a stage. Sizes in CSS pixels, aspects are width by height. */

export interface Size {
  width: number;
  height: number;
}

/** A camera's picture may be cropped a little to fill its tile, but nobody loses an ear. */
const WIDEST = 16 / 9;
const NARROWEST = 4 / 3;

/** People sit side by side rather than on top of each other, if it costs no more than this share of their size. */
const SIDE_BY_SIDE = 0.9;

/** The tile size at which `count` tiles cover the most of the stage. */
export function gridTile(count: number, stage: Size, gap: number): Size {
  let best: Size = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (stage.width - gap * (columns - 1)) / columns,
      height: (stage.height - gap * (rows - 1)) / rows,
    };
    const tile = {
      width: Math.min(cell.width, cell.height * WIDEST),
      height: Math.min(cell.height, cell.width / NARROWEST),
    };
    if (tile.width * tile.height > best.width * best.height * SIDE_BY_SIDE) best = tile;
  }
  return { width: Math.max(0, Math.floor(best.width)), height: Math.max(0, Math.floor(best.height)) };
}

/** The largest rectangle of this aspect that fits. */
export function fit(aspect: number, room: Size): Size {
  const width = Math.max(0, Math.min(room.width, room.height * aspect));
  return { width: Math.floor(width), height: Math.floor(width / aspect) };
}

export interface FocusLayout {
  strip: 'below' | 'beside';
  picture: Size;
}

/** Where the strip of people goes: below or beside, whichever leaves the picture larger. */
export function focusLayout(aspect: number, stage: Size, strip: Size, gap: number): FocusLayout {
  const below = fit(aspect, { width: stage.width, height: stage.height - strip.height - gap });
  const beside = fit(aspect, { width: stage.width - strip.width - gap, height: stage.height });
  return below.width >= beside.width
    ? { strip: 'below', picture: below }
    : { strip: 'beside', picture: beside };
}
