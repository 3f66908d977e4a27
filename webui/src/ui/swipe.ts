/** A swipe sideways, for drawers. Not where something takes such fingers itself, and not while text is being selected. */
const FAR_PX = 56;
/** What scrolls sideways, or lies over the page. */
const OTHERS = 'pre, input, textarea, dialog';
/** What says so of itself: a slider, a picture that is moved. */
const OWN_FINGERS: readonly string[] = ['none', 'pan-y'];

export function swipe(to: { left?: () => void; right?: () => void }): (node: HTMLElement) => () => void {
  return (node) => {
    let start: { x: number; y: number } | null = null;

    function down(event: TouchEvent): void {
      const touch = event.touches[0];
      const isOurs = event.touches.length === 1 && !isTaken(event.target);
      start = touch && isOurs ? { x: touch.clientX, y: touch.clientY } : null;
    }

    function isTaken(target: EventTarget | null): boolean {
      for (let at = target; at instanceof Element && at !== node; at = at.parentElement)
        if (at.matches(OTHERS) || OWN_FINGERS.includes(getComputedStyle(at).touchAction)) return true;
      return false;
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
