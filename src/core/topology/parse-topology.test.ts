import { describe, expect, test } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { parseTopology } from './parse-topology.ts';
import { SMALL } from './topology.fixture.ts';

describe('a topology', () => {
  test('is read with its nodes, links and configurations in either form', () => {
    const topology = parseTopology(SMALL);
    expect(topology).toMatchObject({ title: 'Two routers', version: '0.3.0' });
    expect(topology.nodes.map(({ label, x, y }) => [label, x, y])).toEqual([
      ['R1', -120, 40],
      ['R2 west', 120, 40],
      ['bridge', 0, 200],
    ]);
    expect(topology.nodes[0]?.configuration).toEqual([
      { name: 'ios_config.txt', content: 'hostname R1\nbanner motd ^ answer "on" or off ^' },
    ]);
    expect(topology.nodes[1]?.configuration).toEqual([{ content: 'hostname R2' }]);
    expect(topology.nodes[1]).toMatchObject({ cpus: 2, memoryMb: 4_096 });
    expect(topology.links).toEqual([
      { id: 'l0', label: 'R1-R2', nodeA: 'n0', interfaceA: 'i1', nodeB: 'n1', interfaceB: 'i0' },
    ]);
  });

  test('may name the ends of links as the API does', () => {
    const text = SMALL.replace(
      'n1: n0, i1: i1, n2: n1, i2: i0',
      'node_a: n0, interface_a: i1, node_b: n1, interface_b: i0',
    );
    expect(parseTopology(text).links).toEqual(parseTopology(SMALL).links);
  });

  test.each(['0.0.3', '0.1.0', '0.2.2', '0.3.1'])('of schema %s is taken', (version) => {
    expect(parseTopology(SMALL.replace('0.3.0', version)).version).toBe(version);
  });

  test.each([
    ['a link to no node', ['n2: n1', 'n2: n9'], '/topology/links/0/n2', 'there is no node n9'],
    ['a link to no interface', ['i1: i1', 'i1: i9'], '/topology/links/0/i1', 'node R1 has no interface i9'],
    ['a link without an end', ['n2: n1, i2: i0, ', ''], '/topology/links/0/n2', 'is missing'],
    ['a node id twice', ['id: n1', 'id: n0'], '/topology/nodes/1/id', 'n0 is the id of node 0'],
    ['an unknown schema', ['0.3.0', '9.9.9'], '/topology/lab/version', 'schema version'],
    ['a word that is a boolean', ['label: bridge', 'label: on'], '/topology/nodes/2/label', 'quotes'],
    [
      'a node without a definition',
      ['node_definition: iosv', 'x_y: 1'],
      '/topology/nodes/0/node_definition',
      'must be text',
    ],
    [
      'an interface id twice',
      ['id: i1, label: Gig', 'id: i0, label: Gig'],
      '/topology/nodes/0/interfaces/1/id',
      'another interface',
    ],
  ])('with %s is refused at that field', (_what, [from = '', to = ''], pointer, message) => {
    const fields = refusalOf(SMALL.replace(from, to)).fields;
    expect(fields).toContainEqual({ pointer, message: expect.stringContaining(message) });
  });

  test('that is no YAML is refused with line and column', () => {
    const refusal = refusalOf('lab:\n  title: "open\nnodes: [');
    expect(refusal.code).toBe('rule');
    expect(refusal.facts).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    expect(refusal.message).toMatch(/line \d+, column \d+/);
  });

  test.each(['', '- a', 'text', '{}', 'lab: {version: 0.3.0}', 'nodes: {}'])(
    'that is something else is refused: %j',
    (text) => {
      expect(refusalOf(text).code).toBe('rule');
    },
  );

  test('with more nodes than any worker runs is refused', () => {
    const node = (id: number) => `  - {id: n${id}, label: H${id}, node_definition: alpine}`;
    const nodes = Array.from({ length: 1_001 }, (_, id) => node(id)).join('\n');
    const refusal = refusalOf(`lab: {title: big, version: 0.3.0}\nnodes:\n${nodes}\nlinks: []\n`);
    expect(refusal.message).toContain('1001 nodes');
  });

  test('that blows up by its aliases is refused', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      rows.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(refusalOf(rows.join('\n')).message).toContain('cannot be read');
  });
});

function refusalOf(text: string): Refusal {
  try {
    parseTopology(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was taken');
}
