/** A swipe sideways, for drawers. Not where something scrolls sideways itself, and not while text is being selected. */
const FAR_PX = 56;

export function swipe(to: { left?: () => void; right?: () => void }): (node: HTMLElement) => () => void {
  return (node) => {
    let start: { x: number; y: number } | null = null;

    function down(event: TouchEvent): void {
      const touch = event.touches[0];
      const scrolls =
        event.target instanceof Element && event.target.closest('pre, input, textarea') !== null;
      start = event.touches.length === 1 && touch && !scrolls ? { x: touch.clientX, y: touch.clientY } : null;
    }

    function up(event: TouchEvent): void {
      const touch = event.changedTouches[0];
      if (start === null || !touch) return;
      const x = touch.clientX - start.x;
      const y = Math.abs(touch.clientY - start.y);
      start = null;
      if (Math.abs(x) < FAR_PX || y > Math.abs(x) / 2 || getSelection()?.isCollapsed === false) return;
      if (x > 0) to.right?.();
      else to.left?.();
    }

    node.addEventListener('touchstart', down, { passive: true });
    node.addEventListener('touchend', up, { passive: true });
    return () => {
      node.removeEventListener('touchstart', down);
      node.removeEventListener('touchend', up);
    };
  };
}
