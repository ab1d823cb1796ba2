import { describe, expect, test } from 'vitest';
import { parseTopology } from './parse-topology.ts';
import { SMALL } from './topology.fixture.ts';
import { topologyFacts } from './topology-facts.ts';
import { writePorts } from './write-ports.ts';

const portDefinitions = topologyFacts(parseTopology(SMALL)).ports;
const numbered = (first: number) =>
  Object.fromEntries(portDefinitions.map(({ name }, index) => [name, first + index]));

describe('writing ports into a topology', () => {
  test('puts them in place of placeholders and numbers and leaves other tags', () => {
    const written = parseTopology(writePorts(SMALL, { ports: numbered(2_000), portDefinitions }));
    expect(written.nodes.map((node) => node.tags)).toEqual([
      ['core', 'serial:2000', 'on'],
      ['serial:2001:1', 'vnc:2002', 'pat:tcp:2003:22', 'pat:udp:2004:161'],
      [],
    ]);
  });

  test('changes nothing but these lines', () => {
    const written = writePorts(SMALL, { ports: numbered(2_000), portDefinitions }).split('\n');
    const before = SMALL.split('\n');
    const changed = written.filter((line, index) => line !== before[index]);
    expect(changed).toHaveLength(2);
  });

  test('a second time gives other ports without a trace of the first', () => {
    const first = writePorts(SMALL, { ports: numbered(2_000), portDefinitions, marker: 'lcm:demo/s-1/1' });
    const again = writePorts(first, { ports: numbered(3_000), portDefinitions, marker: 'lcm:demo/s-2/1' });
    const direct = writePorts(SMALL, { ports: numbered(3_000), portDefinitions, marker: 'lcm:demo/s-2/1' });
    expect(parseTopology(again)).toEqual(parseTopology(direct));
  });

  test('sets title and marker, and keeps the notes', () => {
    const written = parseTopology(
      writePorts(SMALL, {
        ports: numbered(2_000),
        portDefinitions,
        title: 'T'.repeat(80),
        marker: 'lcm:demo/s-1/1',
      }),
    );
    expect(written.title).toBe('T'.repeat(64));
    expect(written.notes).toBe('# Read me\nConnect them.\n\nlcm:demo/s-1/1');
  });

  test('drops a port that nobody has given to the lab', () => {
    const only = portDefinitions.filter(({ kind }) => kind === 'vnc');
    const written = parseTopology(writePorts(SMALL, { ports: numbered(2_000), portDefinitions: only }));
    expect(written.nodes.map((node) => node.tags)).toEqual([['core', 'on'], ['vnc:2002'], []]);
  });

  test('writes into nodes that share their tags by an alias', () => {
    const shared = SMALL.replace(
      "tags: [ 'serial:5000:1', 'vnc:5001', 'pat:5002:22', 'pat:udp:5003:161' ]",
      'tags: &t [core]',
    ).replace('tags: []', 'tags: *t');
    const definitions = [{ name: 'P', node: 'R2 west', kind: 'vnc' as const }];
    const written = parseTopology(writePorts(shared, { ports: { P: 2_500 }, portDefinitions: definitions }));
    expect(written.nodes.map((node) => node.tags)).toEqual([['core', 'on'], ['core', 'vnc:2500'], ['core']]);
  });

  test('refuses a port without a number and a port to no node', () => {
    expect(() => writePorts(SMALL, { ports: {}, portDefinitions })).toThrow(/PORT_R1_SERIAL.*no number/);
    const nowhere = [{ name: 'P', node: 'R9', kind: 'serial' as const }];
    expect(() => writePorts(SMALL, { ports: { P: 2_000 }, portDefinitions: nowhere })).toThrow(/no node R9/);
  });
});
