import { describe, expect, test } from 'vitest';
import { parseTopology } from './parse-topology.ts';
import { SMALL } from './topology.fixture.ts';
import { type TopologySpec, topologyFacts } from './topology-facts.ts';

const codes = (text: string, spec: TopologySpec = {}) =>
  topologyFacts(parseTopology(text), spec).findings.map(({ code, where }) => `${code} ${where}`);

describe('facts of a topology', () => {
  test('count what it needs, with the defaults of its node definitions', () => {
    const facts = topologyFacts(parseTopology(SMALL));
    expect(facts).toMatchObject({
      title: 'Two routers',
      nodeCount: 3,
      linkCount: 1,
      nodeDefinitions: ['csr1000v', 'external_connector', 'iosv'],
      need: { cpuCores: 3, memoryGb: 4.5, storageGb: 2.5, nodes: 2, ports: 5 },
    });
  });

  test('let the definition have the last word on sizes', () => {
    const facts = topologyFacts(parseTopology(SMALL), { need: { memoryGb: 32 } });
    expect(facts.need).toMatchObject({ cpuCores: 3, memoryGb: 32 });
  });

  test('find the ports in the tags', () => {
    expect(topologyFacts(parseTopology(SMALL)).ports).toEqual([
      { name: 'PORT_R1_SERIAL', node: 'R1', kind: 'serial' },
      { name: 'R2_west_serial_1', node: 'R2 west', kind: 'serial', line: 1 },
      { name: 'R2_west_vnc', node: 'R2 west', kind: 'vnc' },
      { name: 'R2_west_pat_22', node: 'R2 west', kind: 'pat', inner: 22 },
      { name: 'R2_west_pat_161', node: 'R2 west', kind: 'pat', inner: 161, transport: 'udp' },
    ]);
  });

  test('give every node with a console one where no tag asks for a port', () => {
    const untagged = SMALL.replace(/tags:(?: \[.*\]|(?:\n {6}- .*)+)/g, 'tags: []');
    expect(topologyFacts(parseTopology(untagged)).ports).toEqual([
      { name: 'R1_serial', node: 'R1', kind: 'serial' },
      { name: 'R2_west_serial', node: 'R2 west', kind: 'serial' },
    ]);
  });

  test.each([
    ['label: bridge', 'label: R1', 'duplicateLabel /topology/nodes/0/label'],
    ['label: bridge', 'label: R1', 'portNode /ports/0/node'],
    ['label: R1', 'label: R 1', 'oddLabel /topology/nodes/0/label'],
    [
      'node_definition: csr1000v',
      'node_definition: vmx',
      'unknownNodeDefinition /topology/nodes/1/node_definition',
    ],
    ['cpu_limit: null', 'cpu_limit: 2', 'cpuLimit /topology/nodes/0/cpu_limit'],
    ['configuration: hostname R2', 'configuration: null', 'noConfiguration /topology/nodes/1/configuration'],
    ['vnc:5001', 'vnc:9001', 'portRange /topology/nodes/1/tags/1'],
    ['vnc:5001', 'vnc:console', 'portTag /topology/nodes/1/tags/1'],
    ['R1\n', 'R1\n', 'notLinked /topology/nodes/2'],
  ])('remark on %s becoming %s', (from, to, expected) => {
    expect(codes(SMALL.replace(from, to))).toContain(expected);
  });

  test('refuse ports to nodes that are not there or have no console', () => {
    const found = codes(SMALL, {
      ports: [
        { name: 'A', node: 'R9', kind: 'serial' },
        { name: 'B', node: 'bridge', kind: 'serial' },
        { name: 'B', node: 'R1', kind: 'serial' },
        { name: 'C', node: 'R1', kind: 'pat' },
      ],
    });
    expect(found).toEqual(
      expect.arrayContaining([
        'portNode /ports/0/node',
        'portNode /ports/1/node',
        'duplicatePort /ports/2/name',
        'portInner /ports/3/inner',
      ]),
    );
  });

  test('refuse a rubric that looks for what will not be collected', () => {
    const item = (id: string, source: string, regex = 'x') => ({
      id,
      section: 'Tasks',
      description: '',
      points: 1,
      checks: [{ source, regex, mode: 'positive' as const, flags: [] }],
    });
    const found = codes(SMALL, {
      evidence: {
        captureConfigs: true,
        commands: [{ node: 'R1', commands: ['show ip route'] }],
        pcapLinks: ['l7'],
      },
      grading: {
        engine: 'builtin',
        rubric: {
          domain: '',
          cutScore: 9,
          items: [
            item('ok', 'config:R1'),
            item('ok2', 'output:R1:show ip route'),
            item('gone', 'config:R7'),
            item('never', 'output:R1:show version'),
            item('odd', 'R1'),
            item('broken', 'config:R1', '('),
          ],
        },
      },
    });
    expect(found.filter((code) => !code.startsWith('notLinked'))).toEqual([
      'oddLabel /topology/nodes/1/label',
      'evidenceLink /evidence/pcapLinks/0',
      'rubricSource /grading/rubric/items/2/checks/0/source',
      'rubricSource /grading/rubric/items/3/checks/0/source',
      'rubricSource /grading/rubric/items/4/checks/0/source',
      'rubricPattern /grading/rubric/items/5/checks/0/regex',
      'cutScore /grading/rubric/cutScore',
    ]);
  });
});
