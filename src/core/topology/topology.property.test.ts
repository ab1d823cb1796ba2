import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Document, isScalar, Scalar, visit } from 'yaml';
import { Refusal } from '../domain/refusal.ts';
import { anyTopology } from './any-topology.fixture.ts';
import { plainOf, readCmlYaml } from './cml-yaml.ts';
import { parseTopology } from './parse-topology.ts';
import { parsePortTag } from './port-tags.ts';
import { SMALL } from './topology.fixture.ts';
import { topologyFacts } from './topology-facts.ts';
import { writePorts } from './write-ports.ts';

/** A folder of real topologies; LCM's own ones where none is given. */
const FOLDER = process.env['TEST_TOPOLOGIES'] ?? join(import.meta.dirname, '../../cli/seeds/definitions');
/** Runs of each property: `TEST_RUNS=10000` for a long night. */
const numRuns = Number(process.env['TEST_RUNS'] ?? 100);
const timeout = 60_000 + 300 * numRuns;

const files = readdirSync(FOLDER)
  .filter((name) => (process.env['TEST_TOPOLOGIES'] ? /\.ya?ml$/ : /topology\.yaml$/).test(name))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
const MARKER = 'lcm:demo/s-1/1';

describe('a lab that is made of a topology', () => {
  it('differs from it in its ports only, in whatever form and schema version it came', {
    timeout,
  }, () => {
    fc.assert(fc.property(anyTopology, checkRoundTrip), { numRuns });
  });

  test.each(files)('of $name differs from it in its ports only', ({ text }) => checkRoundTrip(text));
});

describe('a text that is no topology', () => {
  const texts = [SMALL, ...files.map(({ text }) => text).filter((text) => text.length < 20_000)];
  const mutated = fc
    .record({
      text: fc.oneof(fc.constantFrom(...texts), anyTopology),
      at: fc.nat(),
      cut: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 12, unit: 'binary' }),
        fc.constantFrom(
          '*a',
          '&a ',
          '!!set ',
          '<<: ',
          '---\n',
          '{',
          '[',
          '"',
          '\t',
          '? ',
          '!!binary ',
          '\0',
          '\r',
          '- ',
          ': ',
          '%TAG ! x\n',
        ),
      ),
    })
    .map(({ text, at, cut, put }) => {
      const from = at % (text.length + 1);
      return `${text.slice(0, from)}${put}${text.slice(from + cut)}`;
    });

  it('is refused with the place that is wrong, and breaks nothing', { timeout }, () => {
    fc.assert(fc.property(fc.oneof(mutated, fc.string(), fc.string({ unit: 'binary' })), checkRead), {
      numRuns: numRuns * 2,
    });
  });

  test.each([
    ['nests without end', '['.repeat(100_000)],
    ['nests without end, and closes', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
    [
      'expands without end',
      `a: &a [x, x]\n${[...'bcdefghijk'].map((name, index) => `${name}: &${name} [${'abcdefghij'[index]}`.replace(/\[(\w)$/, '[*$1, *$1, *$1, *$1]')).join('\n')}`,
    ],
    ['contains itself', 'lab: &a {version: 0.3.0, x: *a}\nnodes: []'],
    ['has a key that is a map', '? {a: 1}\n: 2\nlab: {version: 0.3.0}\nnodes: []'],
    ['has a key __proto__', '__proto__: {version: 0.3.0}\nlab: {__proto__: {version: 0.3.0}}\nnodes: []'],
    [
      'names thousands of things to say them again',
      `${Array.from({ length: 20_000 }, (_, n) => `a${n}: &a${n} 1\nb${n}: *a${n}`).join('\n')}`,
    ],
    ['has twenty thousand keys', Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n')],
    ['is several documents', 'lab: {version: 0.3.0}\nnodes: []\n---\nlab: {}'],
    ['is nothing', ''],
  ])('%s', (_what, text) => checkRead(text));
});

/** Writes ports into it, and compares all that was there before with all that is there then. */
function checkRoundTrip(text: string): void {
  const before = parseTopology(text);
  const { ports: portDefinitions } = topologyFacts(before);
  const ports = Object.fromEntries(portDefinitions.map(({ name }, index) => [name, 2_000 + index]));
  const written = writePorts(text, { ports, portDefinitions });
  const [was, is] = [readCmlYaml(text), readCmlYaml(written)];
  expect(withoutPorts(plainOf(is))).toEqual(withoutPorts(plainOf(was)));
  expect(JSON.stringify(withoutPorts(plainOf(is)))).toBe(JSON.stringify(withoutPorts(plainOf(was))));
  expect(plainScalars(is)).toEqual(plainScalars(was));
  expect(remarks(written)).toEqual(remarks(text));

  const after = parseTopology(written);
  expect(
    after.nodes.flatMap(({ tags }) => tags.map(parsePortTag).flatMap((tag) => tag?.outer ?? [])).sort(),
  ).toEqual(Object.values(ports).sort());
  expect(
    topologyFacts(after).ports.map(({ node, kind, inner, line }) => ({ node, kind, inner, line })),
  ).toEqual(portDefinitions.map(({ node, kind, inner, line }) => ({ node, kind, inner, line })));
  expect(writePorts(written, { ports, portDefinitions })).toBe(written);

  const named = parseTopology(writePorts(text, { ports, portDefinitions, title: 'Lab 1', marker: MARKER }));
  expect(named).toEqual({ ...after, title: 'Lab 1', notes: expect.stringContaining(MARKER) });
}

/** It is read, or refused with a place in it; and what is read can be written. */
function checkRead(text: string): void {
  try {
    const { ports: portDefinitions } = topologyFacts(parseTopology(text));
    const ports = Object.fromEntries(portDefinitions.map(({ name }, index) => [name, 2_000 + index]));
    parseTopology(writePorts(text, { ports, portDefinitions, title: 'x', marker: MARKER }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('rule');
    expect(error.fields[0]?.pointer).toMatch(/^\/topology(\/|$)/);
  }
}

/** The plain value of a topology without what `writePorts` may change in it. */
function withoutPorts(value: unknown): unknown {
  const copy = value as { nodes: { tags?: unknown[] }[] };
  const nodes = copy.nodes.map(({ tags, ...node }) => {
    const kept = (tags ?? []).filter((tag) => parsePortTag(String(tag)) === undefined);
    return kept.length > 0 ? { ...node, tags: kept } : node;
  });
  return { ...copy, nodes };
}

/** Numbers, dates and booleans as they are written. */
function plainScalars(document: Document): Set<string> {
  const found = new Set<string>();
  visit(document, (_key, node) => {
    if (isScalar(node) && node.type === Scalar.PLAIN && node.value !== null && typeof node.value !== 'string')
      found.add(node.source ?? String(node.value));
  });
  return found;
}

/** Comments in their order; one on what has an alias is there again in its copy. */
const remarks = (text: string) => new Set(text.match(/# remark \d+/g));
