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
