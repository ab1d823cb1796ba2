import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { definitionSpec } from '../domain/definition-state.ts';
import { parseTopology } from '../topology/parse-topology.ts';
import { SMALL } from '../topology/topology.fixture.ts';
import { topologyFacts } from '../topology/topology-facts.ts';
import { specWithPackage } from './content-package.ts';
import { buildPackage } from './package.fixture.ts';
import { readPackage } from './read-package.ts';

const CONTENT = `<?xml version="1.0"?>
<lab>
  <!-- <device device_label="hidden"/> -->
  <device category="router" device_label="R1" coords="0,0,10,10" user_access_mode="ssh"/>
  <device category='router' device_label='R2 &amp; west' user_access_mode='web'></device>
  <image src="a.png"/>
</lab>`;
const META =
  '{"Version": 7, "DatePublished": "2026-01-02", "InstanceName": "CCNA lab", "FormId": "f-1", "Other": 1}';

const RUBRIC = `kind: EvaluationRuleset
spec:
  domain: Routing
  max_points: 3
  cut_score: 2
  items:
    - id: route
      points: 2
      description: A route to the far network
      checks:
        - { source: routes.output, regex: 'S +10\\.0\\.2\\.0', flags: [multiline], on_fail: no static route }
    - id: name
      points: 1
      description: The host name
      checks: [ { source: 'config:R1', regex: 'hostname R1' } ]
`;
const JOB = `kind: JobDefinition
spec:
  steps:
    - { id: settle, uses: pause@v1, with: { seconds: 30 } }
    - { id: routes, uses: collect@v1, target: r1, with: { command: show ip route }, capture: { output: output } }
    - { id: odd, uses: collect@v1, target: r1, with: { command: 'ping \${ vars.address }' } }
`;
const PAV1 = {
  'PAv1/manifest.yaml':
    'format_version: PAv1\nname: static\nversion: 1.2.0\ncontent_id: c-1\npod_type: cml_on_aws\n',
  'PAv1/topology/cml.yaml': SMALL,
  'PAv1/topology/ports.json': '{"ports": [{"device": "R1", "serial": 5001, "pat": {"5002": 22}}]}',
  'PAv1/grading/rubric.yaml': RUBRIC,
  'PAv1/jobs/grade.yaml': JOB,
};

describe('a package of the legacy layout', () => {
  test.each(['', 'export/'])('gives topology, visible devices and its metadata from folder %j', (folder) => {
    const content = readPackage(
      buildPackage({
        [`${folder}cml.yaml`]: SMALL,
        [`${folder}content.xml`]: CONTENT,
        [`${folder}mosaic_meta.json`]: META,
        [`${folder}grade.xml`]: '<grade/>',
      }),
    );
    expect(content).toEqual({
      layout: 'legacy',
      topology: SMALL,
      title: 'CCNA lab',
      visibleDevices: [
        { label: 'R1', accessMode: 'ssh' },
        { label: 'R2 & west', accessMode: 'web' },
      ],
      metadata: { Version: '7', DatePublished: '2026-01-02', InstanceName: 'CCNA lab', FormId: 'f-1' },
    });
  });
});

describe('a PAv1 package', () => {
  test('gives rubric, evidence and ports in the terms of a definition', () => {
    const content = readPackage(buildPackage(PAV1));
    expect(content).toMatchObject({ layout: 'PAv1', title: 'static', metadata: { version: '1.2.0' } });
    expect(content.evidence?.commands).toEqual([{ node: 'R1', commands: ['show ip route'] }]);
    expect(content.ports).toEqual([
      { name: 'R1_serial', node: 'R1', kind: 'serial' },
      { name: 'R1_pat_22', node: 'R1', kind: 'pat', inner: 22 },
    ]);
    expect(content.rubric).toMatchObject({ domain: 'Routing', cutScore: 2 });
    expect(content.rubric?.items[0]?.checks[0]).toEqual({
      source: 'output:R1:show ip route',
      regex: 'S +10\\.0\\.2\\.0',
      mode: 'positive',
      flags: ['multiline'],
      onFail: 'no static route',
    });
  });

  test('makes a definition without errors', () => {
    const content = readPackage(buildPackage(PAV1));
    const spec = specWithPackage(definitionSpec.parse({ name: 'static', version: '1.0.0' }), content);
    const { findings } = topologyFacts(parseTopology(content.topology), spec);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(spec).toMatchObject({ title: 'static', grading: { engine: 'builtin' }, maxDurationMinutes: 60 });
  });

  test('leaves to the definition what that says itself', () => {
    const content = readPackage(buildPackage(PAV1));
    const said = { name: 'x', version: '1.0.0', title: 'Mine', grading: { engine: 'none' } };
    const spec = specWithPackage(definitionSpec.parse(said), content);
    expect(spec).toMatchObject({ title: 'Mine', grading: { engine: 'none' } });
  });

  test('wins over legacy files beside it', () => {
    const content = readPackage(buildPackage({ ...PAV1, 'cml.yaml': 'lab: old', 'content.xml': CONTENT }));
    expect(content.topology).toBe(SMALL);
    expect(content.visibleDevices).toHaveLength(2);
  });
});

describe('a package is refused, naming the file,', () => {
  test.each([
    ['without any topology', { 'readme.yaml': 'a: 1' }, /cml\.yaml is missing/],
    ['without a manifest', { 'PAv1/topology/cml.yaml': SMALL }, /PAv1\/manifest\.yaml is missing/],
    ['without a PAv1 topology', { 'PAv1/manifest.yaml': 'name: a' }, /topology\/cml\.yaml is missing/],
    ['for another platform', { ...PAV1, 'PAv1/manifest.yaml': 'pod_type: vmware' }, /vmware/],
    [
      'with a broken rubric',
      { ...PAV1, 'PAv1/grading/rubric.yaml': 'items: [' },
      /rubric\.yaml is not valid YAML/,
    ],
    [
      'with points that do not add up',
      { ...PAV1, 'PAv1/grading/rubric.yaml': RUBRIC.replace('max_points: 3', 'max_points: 9') },
      /add up to 3/,
    ],
    [
      'with metadata that is no JSON',
      { 'cml.yaml': SMALL, 'mosaic_meta.json': '{' },
      /mosaic_meta\.json is not JSON/,
    ],
    ['with a path that leads out', { 'cml.yaml': SMALL, '../x.yaml': 'a' }, /leads out/],
    ['with an absolute path', { 'cml.yaml': SMALL, '/etc/x.yaml': 'a' }, /leads out/],
  ])('%s', (_what, files, message) => {
    expect(() => readPackage(buildPackage(files as Record<string, string>))).toThrow(message);
  });

  test('when it is no zip file', () => {
    expect(() => readPackage(new Uint8Array([1, 2, 3]))).toThrow(/not a zip/);
  });

  test('when a file unpacks to far more than its size', () => {
    const bomb = zipSync({ 'cml.yaml': new Uint8Array(12 * 1024 * 1024) }, { level: 9 });
    expect(() => readPackage(bomb)).toThrow(/times its size/);
  });

  test('when a file is too large', () => {
    const large = zipSync({ 'files/image.bin': new Uint8Array(17 * 1024 * 1024) }, { level: 1 });
    expect(() => readPackage(large)).toThrow(/at most/);
  });

  test('when it has too many files', () => {
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`f${index}.txt`, '']));
    expect(() => readPackage(buildPackage(many))).toThrow(/one file more/);
  });
});

describe('a file that is made to keep the reader busy', () => {
  const withManifest = (manifest: string) => buildPackage({ ...PAV1, 'PAv1/manifest.yaml': manifest });

  test('is read in time with its length, however many keys it has', () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `k${n}: 1\n`).join('');
    expect(readPackage(withManifest(PAV1['PAv1/manifest.yaml'] + keys)).topology).toBe(SMALL);
  });

  test('is refused for a key that stands twice, and for nesting without bounds', () => {
    expect(() => readPackage(withManifest('name: a\nname: b\n'))).toThrow(/name is there twice/);
    expect(() => readPackage(withManifest(`name: ${'['.repeat(100_000)}`))).toThrow(/more than 50 levels/);
  });
});
