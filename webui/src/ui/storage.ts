/** localStorage that may be full, blocked or hold something old; losing it must never break a page. */

export function keep(name: string, value: unknown): void {
  try {
    if (value === undefined || value === null) localStorage.removeItem(`hearth.${name}`);
    else localStorage.setItem(`hearth.${name}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the page works without.
  }
}

export function kept(name: string): unknown {
  try {
    const text = localStorage.getItem(`hearth.${name}`);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** The names under which something is kept, of those that begin so. */
export function keptNames(beginning: string): string[] {
  try {
    const whole = `hearth.${beginning}`;
    const names = Object.keys(localStorage).filter((name) => name.startsWith(whole));
    return names.map((name) => name.slice('hearth.'.length));
  } catch {
    return [];
  }
}
