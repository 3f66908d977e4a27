import type { Component } from 'svelte';

export interface MenuItem {
  label: string;
  icon?: Component<{ class?: string }>;
  run: () => void;
  danger?: boolean;
  hint?: string;
  /** For choices: whether this is the one. */
  chosen?: boolean;
  kbd?: string;
  /** A line above it. */
  line?: boolean;
}
