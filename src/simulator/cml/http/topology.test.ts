import { expect, test } from 'vitest';
import { simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

test('raw YAML without a Content-Type is imported, and the title can be overridden', async () => {
  const cml = await simulatedCml();
  const answer = await cml.upload('import?title=another+name', twoRouters);
  expect(answer).toMatchObject({ status: 200, body: { warnings: [] } });
  const topology = (await cml.call('GET', `labs/${answer.body.id}/topology`)).body;
  expect(topology.lab).toMatchObject({ title: 'another name', notes: 'lcm:demo/s1/1', version: '0.3.0' });
  expect(topology.nodes.map((node: { label: string }) => node.label)).toEqual(['R1', 'SW', 'R2']);
  expect(topology.links[0]).toMatchObject({
    node_a: topology.nodes[0].id,
    interface_a: topology.nodes[0].interfaces[1].id,
    node_b: topology.nodes[1].id,
    label: 'R1-GigabitEthernet0/0<->SW-port0',
  });
});

test('a coordinate called y stays one, though YAML 1.1 by itself would take it for yes', async () => {
  const cml = await simulatedCml();
  const { body } = await cml.upload('import', twoRouters.replace(/x: 0\n {4}y: .*/, 'x: 40\n    y: -120'));
  const { nodes } = (await cml.call('GET', `labs/${body.id}/topology`)).body;
  expect(nodes[0]).toMatchObject({ x: 40, y: -120 });
});

test.each(['0.0.3', '0.0.4', '0.0.5', '0.1.0', '0.2.0', '0.2.1', '0.2.2', '0.3.0', '0.3.1'])(
  'schema %s is imported',
  async (schema) => {
    const cml = await simulatedCml();
    const answer = await cml.upload('import', twoRouters.replace('0.3.0', schema));
    expect(answer.status).toBe(200);
  },
);

test.each([
  ['text that is no YAML', 'lab: [', 'not valid YAML'],
  ['an empty body', ' ', 'no topology'],
  ['a list', '- a', 'topology: expected an object'],
  ['an unknown schema', twoRouters.replace('0.3.0', '9.9.9'), 'unsupported topology schema 9.9.9'],
  ['a missing title', twoRouters.replace('title: Two routers, ', ''), 'lab.title: is missing'],
  ['duplicate node ids', twoRouters.replace('id: n2', 'id: n0'), 'duplicate node id n0'],
  [
    'duplicate interface ids',
    twoRouters.replace('{id: i1, label: port1', '{id: i0, label: port1'),
    'duplicate interface id i0',
  ],
  ['duplicate link ids', twoRouters.replace('id: l1', 'id: l0'), 'duplicate link id l0'],
  ['a link to nowhere', twoRouters.replace('n2: n2, i2: i1', 'n2: n9, i2: i1'), 'there is no node n9'],
  [
    'a link to no interface',
    twoRouters.replace('n2: n2, i2: i1', 'n2: n2, i2: i9'),
    'n2 has no interface i9',
  ],
  ['an interface used twice', twoRouters.replace('n1: n1, i1: i1', 'n1: n1, i1: i0'), 'is connected already'],
  ['an unknown kind of node', twoRouters.replace('iol-xe', 'toaster'), 'node definition not found: toaster'],
  ['a label that YAML 1.1 reads as true', twoRouters.replace('label: SW', 'label: on'), 'expected a string'],
  [
    'a CPU limit out of bounds',
    twoRouters.replace('label: SW', 'label: SW\n    cpu_limit: 10'),
    'not between 20 and 100',
  ],
])('%s is refused with 400 and leaves nothing behind', async (_what, source, description) => {
  const cml = await simulatedCml();
  const answer = await cml.upload('import', source);
  expect(answer).toMatchObject({ status: 400, body: { code: 400 } });
  expect(answer.body.description).toContain(description);
  expect((await cml.call('GET', 'labs')).body).toEqual([]);
  expect(cml.world.ledger.openEntries('lab')).toEqual([]);
});

test('an image that is not installed is a warning', async () => {
  const cml = await simulatedCml();
  const source = twoRouters.replace('label: R2', 'label: R2\n    image_definition: iol-from-long-ago');
  const answer = await cml.upload('import', source);
  expect(answer.body.warnings).toHaveLength(1);
  expect(answer.body.warnings[0]).toContain('iol-from-long-ago');
});

test('a download imports again as the same lab, odd texts included', async () => {
  const cml = await simulatedCml();
  const odd = twoRouters.replace('label: SW', "label: 'on'").replace("'lcm:demo/s1/1'", "'1_000'");
  const first = await cml.import(odd);
  const download = await cml.call('GET', `labs/${first}/download`);
  expect(download.type).toContain('yaml');
  const second = await cml.import(download.body);
  const shape = async (id: string) => {
    const { lab, nodes, links } = (await cml.call('GET', `labs/${id}/topology`)).body;
    const name = (nodeId: string) => nodes.find((node: { id: string }) => node.id === nodeId).label;
    return {
      notes: lab.notes,
      nodes: nodes.map((node: Record<string, unknown>) => ({
        ...node,
        id: '',
        configuration: node['configuration'] ?? [],
        interfaces: (node['interfaces'] as Record<string, unknown>[]).map((one) => ({ ...one, id: '' })),
      })),
      links: links.map((link: Record<string, string>) => [
        name(link['node_a'] ?? ''),
        name(link['node_b'] ?? ''),
        link['label'],
      ]),
    };
  };
  expect(await shape(second)).toEqual(await shape(first));
});

test('configurations can be left out, and keep the form in which they came', async () => {
  const cml = await simulatedCml();
  const id = await cml.import(twoRouters);
  const without = (await cml.call('GET', `labs/${id}/topology?exclude_configurations=true`)).body;
  expect(without.nodes[0]).not.toHaveProperty('configuration');
  const { nodes } = (await cml.call('GET', `labs/${id}/topology?exclude_configurations=False`)).body;
  expect(nodes[0].configuration[0].name).toBe('ios_config.txt');
  expect(nodes[2].configuration).toMatch(/^hostname R2/);
});

test('every tag has its smart annotation', async () => {
  const cml = await simulatedCml();
  const id = await cml.import(twoRouters);
  const topology = (await cml.call('GET', `labs/${id}/topology`)).body;
  expect(topology.smart_annotations.map((one: { tag: string }) => one.tag)).toEqual(['serial:5001', 'core']);
  await cml.call('PATCH', `labs/${id}/nodes/${topology.nodes[0].id}`, { tags: ['core', 'new'] });
  const smart = (await cml.call('GET', `labs/${id}/smart_annotations`)).body;
  expect(smart.map((one: { tag: string }) => one.tag)).toEqual(['core', 'new']);
});

test('annotations are created with defaults, changed and deleted', async () => {
  const cml = await simulatedCml();
  const id = await cml.import(twoRouters);
  const made = (await cml.call('POST', `labs/${id}/annotations`, { type: 'ellipse', x1: 7 })).body;
  expect(made).toMatchObject({ type: 'ellipse', x1: 7, x2: 100, color: '#FFFFFFFF' });
  const path = `labs/${id}/annotations/${made.id}`;
  expect((await cml.call('PATCH', path, { type: 'ellipse', x1: 9 })).body.x1).toBe(9);
  expect((await cml.call('PATCH', path, { x1: 9 })).status).toBe(400);
  expect((await cml.call('PATCH', path, { type: 'ellipse', text_bold: true })).status).toBe(400);
  expect((await cml.call('DELETE', path)).status).toBe(204);
  expect((await cml.call('GET', path)).status).toBe(404);
});

test('the pyATS testbed names every device with a console, by the terminal server asked for', async () => {
  const cml = await simulatedCml();
  const id = await cml.import(twoRouters);
  const testbed = (await cml.call('GET', `labs/${id}/pyats_testbed?hostname=h%3A2022`)).body;
  expect(testbed).toMatch(/^ {2}R1:$/m);
  expect(testbed).toMatch(/^ {8}ip: h$/m);
  expect(testbed).toMatch(/^ {8}port: 2022$/m);
  expect(testbed).not.toMatch(/^ {2}SW:$/m);
});
