/**
 * What may import what in `src/`, as an ESLint rule.
 *
 * Folders are layers; each imports only what is below it. Features are layers among themselves, in the order below, and see of each
 * other only the `index.ts`. So there are no circles between folders; within one the rule looks for them. Tests may import anything.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** From the lowest to the highest. */
export const LAYERS = ['api', 'i18n', 'ui', 'navigation', 'features', 'app'];
export const FEATURES = [
  'accounts',
  'relationships',
  'guilds',
  'channels',
  'threads',
  'conversations',
  'people',
  'invites',
  'voice',
  'files',
  'messages',
  'search',
  'home',
  'admin',
];

const SRC = path.join(import.meta.dirname, 'src');
const SUFFIXES = ['', '.ts', '.svelte', '/index.ts'];
/** What is left at run time; types make no circle. Specifiers of packages do not matter here. */
const IMPORT =
  /^\s*(?:import|export)\s(?!type\b)[^;]*?from\s+'([@.]\/?[^']*)'|\bimport\('([@.]\/?[^']*)'\)/gm;

/** Where a file of `src/` stands; null for what may import anything. `file` is relative to `src/`. */
function standing(file) {
  if (/\.test\.ts$/.test(file)) return null;
  const [layer = '', second = ''] = file.split('/');
  if (!file.includes('/') || layer === 'testing') return null;
  return {
    layer,
    feature: layer === 'features' ? second : '',
    unit: layer === 'features' ? `${layer}/${second}` : layer,
  };
}

/** What is wrong with an import, in words; null if nothing. `file` is relative to `src/`. */
export function breach(file, specifier) {
  const from = standing(file);
  if (from === null || !/^(\.|@\/)/.test(specifier)) return null;
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? path.join(path.dirname(file), specifier) : specifier.slice(2);
  const layer = target.split('/')[0] ?? '';
  const feature = layer === 'features' ? (target.split('/')[1] ?? '') : '';
  const unit = layer === 'features' ? `${layer}/${feature}` : layer;
  if (!LAYERS.includes(from.layer)) return `src/${from.layer} is no layer that borders.js knows.`;
  if (from.feature !== '' && !FEATURES.includes(from.feature))
    return `features/${from.feature} has no place in the order of features in borders.js.`;
  if (unit === from.unit) return isRelative ? null : `Within ${unit} an import is relative.`;
  if (isRelative) return `Across folders an import begins with '@/': '@/${target}'.`;
  if (!LAYERS.includes(layer)) return `${from.layer} may not import ${layer}.`;
  if (from.layer !== layer)
    return LAYERS.indexOf(layer) > LAYERS.indexOf(from.layer)
      ? `${from.layer} lies below ${layer} and may not import it.`
      : null;
  if (FEATURES.indexOf(feature) > FEATURES.indexOf(from.feature))
    return `Feature ${from.feature} lies below ${feature} and may not import it.`;
  return target === unit ? null : `Another feature is imported by its index: '@/${unit}'.`;
}

/** The shortest way from `start` back to itself; null if there is none. `importsOf(node)` lists what a node imports. */
export function findCircle(start, importsOf) {
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const next of importsOf(node)) {
      // A component may hold itself, as a tree does.
      if (next === start && node === start) continue;
      if (next === start) {
        const way = [start];
        for (let at = node; at !== start; at = cameFrom.get(at)) way.unshift(at);
        return [start, ...way];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return null;
}

const known = new Map();

/** The files that a file of the same folder imports at run time. */
function importsOf(file) {
  const { mtimeMs } = statSync(file);
  const before = known.get(file);
  if (before?.mtimeMs === mtimeMs) return before.imports;
  const imports = [...readFileSync(file, 'utf-8').matchAll(IMPORT)]
    .map(([, named, lazy]) => resolve(file, named ?? lazy ?? ''))
    .filter((one) => one !== null);
  known.set(file, { mtimeMs, imports });
  return imports;
}

function resolve(file, specifier) {
  if (!specifier.startsWith('.')) return null;
  const base = path.resolve(path.dirname(file), specifier);
  const found = SUFFIXES.map((suffix) => base + suffix).find(
    (name) => existsSync(name) && statSync(name).isFile(),
  );
  return found !== undefined && /\.(ts|svelte)$/.test(found) ? found : null;
}

export const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(SRC, context.filename);
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const message = breach(file, node.source.value);
      if (message !== null) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      'Program:exit': (node) => {
        if (standing(file) === null) return;
        const circle = findCircle(context.filename, importsOf);
        if (circle === null) return;
        const way = circle.map((one) => path.relative(SRC, one)).join(' → ');
        context.report({ node, loc: { line: 1, column: 0 }, message: `Imports go in a circle: ${way}.` });
      },
    };
  },
};
