import type { Rule } from 'eslint';

export const LAYERS: string[];
export const FEATURES: string[];
export function breach(file: string, specifier: string): string | null;
export function findCircle(start: string, importsOf: (node: string) => string[]): string[] | null;
export const imports: Rule.RuleModule;
