/** How large and where a picture stands in the lightbox: pure, so that fingers, wheel and keys are the same. */

export interface View {
  /** 1: as large as fits. */
  scale: number;
  /** Pixels from the middle. */
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export const FIT: View = { scale: 1, x: 0, y: 0 };
export const LARGEST = 8;

/** By a factor round a point, which stays where it is; both measured from the middle of the stage. */
export function zoomed(view: View, factor: number, at: Point, picture: Size, stage: Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  if (scale === 1) return FIT;
  const by = scale / view.scale;
  return clamped({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, picture, stage);
}

export function moved(view: View, dx: number, dy: number, picture: Size, stage: Size): View {
  return clamped({ ...view, x: view.x + dx, y: view.y + dy }, picture, stage);
}

export interface Size {
  width: number;
  height: number;
}

/** No edge of the picture comes into the stage while it is larger than it. `picture`: its size at scale 1. */
function clamped(view: View, picture: Size, stage: Size): View {
  const room = (size: number, whole: number) => Math.max(0, (size * view.scale - whole) / 2);
  const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return {
    scale: view.scale,
    x: within(view.x, room(picture.width, stage.width)),
    y: within(view.y, room(picture.height, stage.height)),
  };
}
