/** A finger that stays: the touch way to what a pointer finds by hovering. */
const HOLD_MS = 420;
const MOVED_PX = 10;

/** `only`: what is held around it does not open too. */
export function longPress(
  open: (point: { x: number; y: number }) => void,
  { only = false } = {},
): (node: HTMLElement) => () => void {
  return (node) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    let held = false;

    function down(event: PointerEvent): void {
      if (event.pointerType !== 'touch') return;
      if (only) event.stopPropagation();
      start = { x: event.clientX, y: event.clientY };
      held = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if ('vibrate' in navigator) navigator.vibrate(10);
        held = true;
        open(start);
      }, HOLD_MS);
    }

    function move(event: PointerEvent): void {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > MOVED_PX) clearTimeout(timer);
    }

    // Lifting the finger would follow the link that was held.
    function click(event: Event): void {
      if (!held) return;
      held = false;
      event.preventDefault();
      event.stopPropagation();
    }

    const stop = () => clearTimeout(timer);
    // The browser's own menu for a long press would lie over ours.
    const menu = (event: Event) => {
      if (matchMedia('(pointer: coarse)').matches) event.preventDefault();
    };

    node.addEventListener('pointerdown', down);
    node.addEventListener('pointermove', move);
    node.addEventListener('pointerup', stop);
    node.addEventListener('pointercancel', stop);
    node.addEventListener('contextmenu', menu);
    node.addEventListener('click', click, true);
    return () => {
      stop();
      node.removeEventListener('pointerdown', down);
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', stop);
      node.removeEventListener('pointercancel', stop);
      node.removeEventListener('contextmenu', menu);
      node.removeEventListener('click', click, true);
    };
  };
}
