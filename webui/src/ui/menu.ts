import type { Component } from 'svelte';

import type { Status } from '@/api/model';

export interface MenuItem {
  label: string;
  icon?: Component<{ class?: string }>;
  /** Instead of an icon, the mark that people carry. */
  presence?: Status;
  run: () => void;
  danger?: boolean;
  hint?: string;
  /** For choices: whether this is the one. */
  chosen?: boolean;
  kbd?: string;
  /** A line above it. */
  line?: boolean;
}
